package sluice.lab.job;

import org.jspecify.annotations.Nullable;

import sluice.client.HttpUrl;
import sluice.lab.Settings;
import sluice.lab.Target;
import sluice.lab.Traffic;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files that cells ask for: made when a cell needs them, deleted at the end; or those of a
 * user, which stay as they are.
 */
final class SiteFiles implements AutoCloseable {
    private static final int PIECE = 1 << 20;
    /** The same content in each run. */
    private static final long SEED = 7;

    private final @Nullable Traffic traffic;
    private final Path root;

    SiteFiles(@Nullable Traffic traffic) throws IOException {
        this.traffic = traffic;
        root = traffic == null ? Files.createTempDirectory("sluice-lab-") : traffic.root();
    }

    Path root() {
        return root;
    }

    /** What the clients of a cell ask for; makes the files. */
    List<Target> targets(Settings settings, int port) throws IOException {
        if (traffic != null) {
            return traffic.targets(port);
        }
        Path folder = Files.createDirectories(root.resolve(Long.toString(settings.file())));
        for (int i = 0; i < settings.files(); i++) {
            make(folder.resolve(name(i)), settings.file());
        }
        return IntStream.range(0, settings.files())
                .mapToObj(
                        i -> new HttpUrl("127.0.0.1", port, "/" + settings.file() + "/" + name(i)))
                .map(url -> new Target(url, 1))
                .toList();
    }

    /**
     * Drops the files of a cell from memory.
     *
     * @throws IOException if the kernel refuses
     */
    void evict(Settings settings) throws IOException {
        if (traffic != null) {
            throw new IOException("only files of the lab itself can be cold");
        }
        Path folder = root.resolve(Long.toString(settings.file()));
        for (int i = 0; i < settings.files(); i++) {
            int fd = FileCalls.open(folder.resolve(name(i)), FileCalls.O_RDONLY, 0);
            int result = fd < 0 ? fd : FileToFileCalls.dropCache(fd);
            if (fd >= 0) {
                FileCalls.close(fd);
            }
            if (result < 0) {
                throw new IOException("cannot drop a file from memory: " + Errno.describe(result));
            }
        }
    }

    private static String name(int index) {
        return index + ".bin";
    }

    private static void make(Path file, long size) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Random random = new Random(SEED + size);
        byte[] piece = new byte[(int) Math.min(size, PIECE)];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        }
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true); // The kernel drops only pages that are on the disk.
        }
    }

    @Override
    public void close() throws IOException {
        if (traffic != null) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
