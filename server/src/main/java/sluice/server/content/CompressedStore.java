package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.io.OpenFile;
import sluice.server.Encoder;
import sluice.server.SymlinkPolicy;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;
import sluice.server.root.Versions;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compresses each version of a content once, in the background, into its own directory. The server
 * sends the result like any file. The first client gets the content uncompressed. Any thread may
 * call.
 */
public final class CompressedStore {
    /** Least size: for a smaller content the head is as large as the saving. */
    public static final long CONTENT_MIN = 1 << 10;
    /** Largest size: a larger content would take a minute; precompress such files. */
    static final long CONTENT_MAX = 64 << 20;
    /**
     * Most tasks in the queue. The store drops any further task; the next client brings it again.
     */
    private static final int QUEUE = 256;
    /** A result must save a tenth, or decoding costs the client more than it saves. */
    private static final double WORTH_WHILE = 0.9;

    private static final String UNFINISHED = ".tmp";
    /** What {@link #name} makes, and a name of it that is not finished. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{80}\\.[a-z]+(\\.tmp)?");

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final DocumentRoot content;
    private final Path directory;
    private final DocumentRoot stored;
    private final List<Encoder> encoders;
    private final long bytesMax;
    private final int codings;
    private final Map<String, Boolean> asked = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor worker;
    /** Stored files, the oldest first. Guarded by its own lock. */
    private final ArrayDeque<Stored> files = new ArrayDeque<>();

    private long bytes;

    private record Stored(Path path, long size) {}

    /**
     * @param content root of the originals
     * @param directory created if it is missing; no other program may write to it
     * @param bytesMax most bytes of all stored files; beyond it the store removes the oldest
     * @param lowestFile see {@link sluice.io.Model#lowestFile}
     */
    public CompressedStore(
            DocumentRoot content,
            Path directory,
            List<Encoder> encoders,
            long bytesMax,
            int lowestFile)
            throws IOException {
        this.content = content;
        this.directory = created(directory);
        this.encoders = encoders;
        this.bytesMax = bytesMax;
        stored = DocumentRoot.open(directory, SymlinkPolicy.NONE, lowestFile);
        int bits = 0;
        for (Encoder encoder : encoders) {
            bits |= encoder.coding().bit();
        }
        codings = bits;
        adoptFiles();
        worker = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                CompressedStore::thread);
        worker.allowCoreThreadTimeOut(true);
    }

    private static Path created(Path directory) throws IOException {
        String reason = "it is not writable";
        try {
            Files.createDirectories(directory);
            if (Files.isWritable(directory)) {
                return directory;
            }
        } catch (AccessDeniedException e) {
            reason = "no permission to create " + e.getFile();
        } catch (FileAlreadyExistsException e) {
            reason = e.getFile() + " is not a directory";
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        }
        throw new IOException("cannot keep compressed files in " + directory + ": " + reason
                + "; choose another directory (--compress-cache)");
    }

    private static Thread thread(Runnable task) {
        Thread thread = Thread.ofPlatform().name("sluice-compress").daemon().unstarted(task);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /**
     * Takes over the files of an earlier run, and removes its unfinished files. Leaves alone what
     * has no name of the store's making: the directory may have been given by mistake.
     */
    private void adoptFiles() throws IOException {
        try (Stream<Path> listed = Files.list(directory)) {
            for (Path path : listed.sorted().toList()) {
                String name = String.valueOf(path.getFileName());
                if (!NAME.matcher(name).matches()) {
                    continue;
                }
                if (name.endsWith(UNFINISHED)) {
                    Files.delete(path);
                } else if (Files.isRegularFile(path)) {
                    add(path, Files.size(path));
                }
            }
        }
    }

    /** The codings that the store can make, as a set of {@link ContentCoding#bit}s. */
    int codings() {
        return codings;
    }

    /** Whether the store compresses a content of this size. */
    static boolean takes(long size) {
        return size >= CONTENT_MIN && size <= CONTENT_MAX;
    }

    /** Opens the stored file of a version in a coding; {@code Cold} only if {@code cachedOnly}. */
    Opened find(FileStat version, ContentCoding coding, boolean cachedOnly) {
        byte[] name = name(version, coding).getBytes(StandardCharsets.US_ASCII);
        return stored.open(name, name.length, cachedOnly);
    }

    /** A name for a version: versions with different content differ in one of its parts. */
    private static String name(FileStat version, ContentCoding coding) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(version.device())
                + hex.toHexDigits(version.inode())
                + hex.toHexDigits(version.size())
                + hex.toHexDigits(version.mtimeSeconds() * 1_000_000_000 + version.mtimeNanos())
                + hex.toHexDigits(version.ctimeSeconds() * 1_000_000_000 + version.ctimeNanos())
                + coding.suffix();
    }

    /** Queues a version for compression; {@code done} runs on another thread after success. */
    void request(byte[] path, FileStat version, ContentCoding coding, Runnable done) {
        String name = name(version, coding);
        if (asked.putIfAbsent(name, true) != null) {
            return;
        }
        try {
            worker.execute(() -> compress(path, version, coding, name, done));
        } catch (RejectedExecutionException e) {
            asked.remove(name);
        }
    }

    private void compress(
            byte[] path, FileStat version, ContentCoding coding, String name, Runnable done) {
        try {
            if (content.open(path, path.length, false) instanceof Opened.Found found) {
                OpenFile file = found.file();
                try {
                    if (found.stat().equals(version)
                            && encode(file, version, encoder(coding), directory.resolve(name))) {
                        done.run();
                    }
                } finally {
                    file.close();
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot compress a file: " + e);
        }
    }

    private Encoder encoder(ContentCoding coding) {
        for (Encoder encoder : encoders) {
            if (encoder.coding() == coding) {
                return encoder;
            }
        }
        throw new IllegalArgumentException("no encoder for " + coding);
    }

    /** Gives the result its name only if it is complete, of one version, and saves enough. */
    private boolean encode(OpenFile file, FileStat version, Encoder encoder, Path target)
            throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
        try {
            // The stream stays open, because the file owns the channel and closes it.
            InputStream in = Channels.newInputStream(file.channel());
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
                encoder.encode(in, out, Encoder.Effort.BACKGROUND);
            }
            long size = Files.size(unfinished);
            if (size > version.size() * WORTH_WHILE || !Versions.unchanged(file, version)) {
                return false;
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            add(target, size);
            return true;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void add(Path path, long size) throws IOException {
        synchronized (files) {
            files.addLast(new Stored(path, size));
            bytes += size;
            while (bytes > bytesMax && files.size() > 1) {
                Stored oldest = files.removeFirst();
                bytes -= oldest.size();
                Files.deleteIfExists(oldest.path());
                @Nullable Path name = oldest.path().getFileName();
                asked.remove(String.valueOf(name));
            }
        }
    }

    /** Ends the background work; returns whether no compression runs any more. */
    public boolean close() {
        boolean quiet = Ending.endsSoon(worker);
        if (quiet) {
            stored.close();
        }
        return quiet;
    }
}
