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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files that cells ask for: made when a cell needs them, deleted at the end; or those of a
 * user, which stay as they are.
 */
final class SiteFiles implements AutoCloseable {
    /** Where directories for files are made. */
    static final Path PARENT = Path.of(System.getProperty("java.io.tmpdir"));

    private static final int PIECE = 1 << 20;
    /** The same content in each run. */
    private static final long SEED = 7;

    /** A server that root starts may change to a user who has to read this. */
    private static final String READABLE = "rwxr-xr-x";

    private final @Nullable Traffic traffic;
    private final Path root;
    private final Set<String> made = new HashSet<>();

    SiteFiles(@Nullable Traffic traffic) throws IOException {
        this.traffic = traffic;
        root = traffic == null ? readable() : traffic.root();
    }

    private static Path readable() throws IOException {
        Path folder = Files.createTempDirectory(PARENT, "sluice-lab-");
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(READABLE));
    }

    Path root() {
        return root;
    }

    /** What the clients of a cell ask for; makes the files. */
    List<Target> targets(Settings settings, int port) throws IOException {
        if (traffic != null) {
            return traffic.targets(port);
        }
        String folder = folder(settings);
        if (made.add(folder)) {
            Files.createDirectory(root.resolve(folder));
            for (int i = 0; i < settings.files(); i++) {
                make(root.resolve(folder).resolve(name(i)), size(settings, i), i);
            }
        }
        return IntStream.range(0, settings.files())
                .mapToObj(i -> new HttpUrl("127.0.0.1", port, "/" + folder + "/" + name(i)))
                .map(url -> new Target(url, 1))
                .toList();
    }

    /** How many a cell asks for. */
    int count(Settings settings) {
        return traffic == null ? settings.files() : traffic.pages().size();
    }

    private static String folder(Settings settings) {
        return settings.file() + "-" + settings.fileMost() + "-" + settings.files();
    }

    /** Sizes are spread evenly by their logarithms: there are as many of 1 to 2 KB as of 2 to 4. */
    private static long size(Settings settings, int index) {
        if (settings.fileMost() == 0) {
            return settings.file();
        }
        double place = (double) index / Math.max(1, settings.files() - 1);
        double ratio = (double) settings.fileMost() / settings.file();
        return Math.round(settings.file() * Math.pow(ratio, place));
    }

    /**
     * Compares what a server sends with the file, for the first target of a cell; of traffic, asks
     * whether all that the log names is still there.
     *
     * @throws IOException if it is not the same, or not there
     */
    void check(Settings settings, int port) throws IOException {
        if (settings.engine().equals(Settings.NONE)) {
            return; // It knows no file.
        }
        if (traffic != null) {
            for (Target target : targets(settings, port)) {
                requireThere(target);
            }
            return;
        }
        Target target = targets(settings, port).getFirst();
        URL url = URI.create(target.url().toString()).toURL();
        Path file = root.resolve(folder(settings)).resolve(name(0));
        try (InputStream sent = url.openStream();
                InputStream kept = Files.newInputStream(file)) {
            byte[] there = sent.readNBytes(PIECE);
            byte[] here = kept.readNBytes(PIECE);
            while (Arrays.equals(there, here) && here.length > 0) {
                there = sent.readNBytes(PIECE);
                here = kept.readNBytes(PIECE);
            }
            if (!Arrays.equals(there, here)) {
                throw new IOException("the server sends wrong bytes of " + url.getPath());
            }
        }
    }

    private static void requireThere(Target target) throws IOException {
        URL url = URI.create(target.url().toString()).toURL();
        HttpURLConnection asked = (HttpURLConnection) url.openConnection();
        asked.setInstanceFollowRedirects(false);
        asked.setRequestMethod("HEAD");
        int status = asked.getResponseCode();
        asked.disconnect(); // A server that ends would wait for this client to close.
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("the log has an answer 200 for " + url.getFile()
                    + ", now the server answers " + status);
        }
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
        for (int i = 0; i < settings.files(); i++) {
            Path file = root.resolve(folder(settings)).resolve(name(i));
            try (FileChannel written = FileChannel.open(file)) {
                written.force(false); // The kernel drops only pages that are on the disk.
            }
            int fd = FileCalls.open(file, FileCalls.O_RDONLY, 0);
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

    /** No two are the same: a server that mixes them up is to be found out. */
    private static void make(Path file, long size, int index) throws IOException {
        Random random = new Random(SEED + size + index);
        byte[] piece = new byte[(int) Math.min(size, PIECE)];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (traffic == null) {
            delete(root);
        }
    }

    /** Deletes a folder and all in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
