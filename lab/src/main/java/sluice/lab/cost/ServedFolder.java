package sluice.lab.cost;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.http.MediaTypes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The files of a served folder that could be compressed. It looks at nothing outside. */
final class ServedFolder {
    /** Names of what a server sends instead, if it is there. */
    private static final List<String> SIBLINGS = List.of(".gz", ".br", ".zst");

    private final Path root;

    /**
     * @throws IOException if there is no such folder
     */
    ServedFolder(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    /** Size of a file that could be precompressed and is not; else -1. */
    long size(String target) {
        try {
            Path file = file(target);
            return file == null ? -1 : Files.size(file);
        } catch (IOException unreadable) {
            return -1;
        }
    }

    /** The file of a target, or null if there is none that could be precompressed. */
    private @Nullable Path file(String target) throws IOException {
        Path named = resolve(target);
        if (named == null || !Files.exists(named)) {
            return null;
        }
        Path file = (Files.isDirectory(named) ? named.resolve("index.html") : named).toRealPath();
        boolean served = file.startsWith(root) && Files.isRegularFile(file);
        String name = String.valueOf(file.getFileName());
        boolean compressible = served && MediaTypes.of(name).compressible();
        return compressible && SIBLINGS.stream().noneMatch(e -> Files.exists(sibling(file, e)))
                ? file
                : null;
    }

    private static Path sibling(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private @Nullable Path resolve(String target) {
        if (!target.startsWith("/")) {
            return null;
        }
        try {
            // URLDecoder turns a plus into a space; that holds for forms, not for paths.
            String path = URLDecoder.decode(target.substring(1).replace("+", "%2B"), UTF_8);
            return root.resolve(path);
        } catch (IllegalArgumentException malformed) {
            // Also what is no path, as one with a NUL.
            return null;
        }
    }

    /**
     * Bytes of gzip for the beginning of a file.
     *
     * @param most how much to compress
     */
    long gzip(String target, long most) throws IOException {
        Path file = file(target);
        if (file == null) {
            throw new IOException(target + " is no file any more");
        }
        Counting counting = new Counting();
        try (InputStream in = Files.newInputStream(file);
                GZIPOutputStream out = new GZIPOutputStream(counting)) {
            byte[] buffer = new byte[64 << 10];
            long left = most;
            for (int read = 1; read > 0 && left > 0; left -= Math.max(0, read)) {
                read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                out.write(Arrays.copyOf(buffer, Math.max(0, read)));
            }
        }
        return counting.bytes;
    }

    /** Counts what it is given. */
    private static final class Counting extends java.io.OutputStream {
        long bytes;

        @Override
        public void write(int octet) {
            bytes++;
        }

        @Override
        public void write(byte[] octets, int from, int length) {
            bytes += length;
        }
    }
}
