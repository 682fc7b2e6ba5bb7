package sluice.copy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Deletes an unfinished copy. */
final class RecursiveDelete {
    private RecursiveDelete() {}

    /** Deletes a file or a tree if it exists; deletes symbolic links without following them. */
    static void delete(Path unfinished) throws IOException {
        if (Files.isDirectory(unfinished, LinkOption.NOFOLLOW_LINKS)) {
            allowRemovingFrom(unfinished);
            try (DirectoryStream<Path> names = Files.newDirectoryStream(unfinished)) {
                for (Path name : names) {
                    delete(name);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        Files.deleteIfExists(unfinished);
    }

    /** A finished directory has the mode of its source, which may forbid deleting entries. */
    private static void allowRemovingFrom(Path directory) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rwx------"));
        }
    }
}
