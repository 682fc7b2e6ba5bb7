package sluice.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What this process holds open, as proc(5) tells. */
public final class Descriptors {
    private static final Path FDS = Path.of("/proc/self/fd");

    private Descriptors() {}

    public static boolean canBeCounted() {
        return Files.isDirectory(FDS);
    }

    public static int sockets() {
        return countOf("socket:");
    }

    /** Those of files and directories below a path, deleted or not. */
    public static int below(Path path) {
        try {
            return countOf(path.toRealPath().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int countOf(String prefix) {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(FDS)) {
            for (Path descriptor : all) {
                count += leadsTo(descriptor, prefix) ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    private static boolean leadsTo(Path descriptor, String prefix) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(prefix);
        } catch (NoSuchFileException e) {
            return false; // It was the one by which the directory was read.
        }
    }
}
