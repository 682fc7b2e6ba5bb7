package sluice.copy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Takes away what did not become a copy. */
final class Removal {
    private Removal() {}

    /** A file or a tree, if it is there; links in it are removed, not followed. */
    static void of(Path unfinished) throws IOException {
        if (Files.isDirectory(unfinished, LinkOption.NOFOLLOW_LINKS)) {
            allowRemovingFrom(unfinished);
            try (DirectoryStream<Path> names = Files.newDirectoryStream(unfinished)) {
                for (Path name : names) {
                    of(name);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        Files.deleteIfExists(unfinished);
    }

    /** Directories of a tree that are finished have the modes of their sources. */
    private static void allowRemovingFrom(Path directory) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rwx------"));
        }
    }
}
