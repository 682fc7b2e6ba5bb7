package sluice.junit;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Machinery;
import sluice.server.FileServer;
import sluice.server.ResponseRecord;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.ZeroCopyAssertions;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that a server serves to a test, and what the server tells of its responses. All files
 * leave by the kernel where the system can, small ones too, so each response can be asserted to.
 * Every name of a host is answered. Any thread.
 */
public final class ServedRoot implements AutoCloseable {
    /** More responses than a test looks at; of more than these the last are kept. */
    private static final int KEPT_MAX = 10_000;
    /** A client may have all bytes before the loop has reported the response. */
    private static final Duration REPORTED_WITHIN = Duration.ofSeconds(30);

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Path path;
    private final boolean temporary;
    private final FileServer server;
    private final Deque<ResponseRecord> reported = new ArrayDeque<>();
    /** How many there were, those included that are not kept. */
    private long reports;

    private ServedRoot(Path path, boolean temporary) throws IOException {
        this.path = path;
        this.temporary = temporary;
        server = Sluice.builder()
                .port(0)
                .allowHost("*")
                .machinery(machinery())
                .files(ServedFiles.in(path).withMemoryUpTo(0).withFresh(Duration.ZERO))
                .onResponse(this::reported)
                .build()
                .start();
    }

    /** Where sendfile can be chosen by name, no file is copied, however small. */
    private static Machinery machinery() {
        Machinery machinery = Machinery.defaults();
        Machinery sendfile = machinery.withCopy(CopyMode.SENDFILE);
        return sendfile.refusal() == null ? sendfile : machinery;
    }

    /** Serves a directory; a temporary one for the empty name. */
    static ServedRoot serve(String directory) throws IOException {
        boolean temporary = directory.isEmpty();
        Path path = temporary
                ? Files.createTempDirectory("sluice-root")
                : Path.of(directory).toAbsolutePath();
        try {
            return new ServedRoot(path, temporary);
        } catch (IOException | RuntimeException e) {
            if (temporary) {
                Files.delete(path);
            }
            throw e;
        }
    }

    /** The directory, in which a test may plant files: the next request finds them. */
    public Path path() {
        return path;
    }

    /** The URI of the directory. */
    public URI uri() {
        return server.uri();
    }

    /**
     * The URI of a file.
     *
     * @param name its path below the directory, percent-encoded, without a leading slash
     */
    public URI uri(String name) {
        return server.uri().resolve(name);
    }

    /** The server itself, for its counters. */
    public FileServer server() {
        return server;
    }

    private void reported(ResponseRecord response) {
        synchronized (reported) {
            if (reported.size() == KEPT_MAX) {
                reported.removeFirst();
            }
            reported.addLast(response);
            reports++;
            reported.notifyAll();
        }
    }

    /** The responses so far, the oldest first; of more than 10,000 the last. */
    public List<ResponseRecord> responses() {
        synchronized (reported) {
            return List.copyOf(reported);
        }
    }

    /**
     * The last response to a request for this target. A client may be ahead of the server's
     * reports, so this waits, for up to 30 s, until all responses that the server has begun are
     * reported.
     *
     * @param target path and query as the client sends them: {@code /film.mp4}
     * @throws AssertionError if there is none, with those that were reported
     */
    public ResponseRecord response(String target) {
        long begun = server.count(Counter.REQUESTS);
        long deadline = System.nanoTime() + REPORTED_WITHIN.toNanos();
        synchronized (reported) {
            long left = REPORTED_WITHIN.toNanos();
            while (reports < begun && left > 0) {
                await(left);
                left = deadline - System.nanoTime();
            }
            ResponseRecord found = last(target);
            if (found == null || reports < begun) {
                throw new AssertionError("of " + begun + " responses " + reports
                        + " have ended, and the last are to " + targets() + ", not " + target);
            }
            return found;
        }
    }

    private void await(long nanos) {
        try {
            reported.wait(Math.max(1, nanos / NANOS_PER_MILLI));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a response", e);
        }
    }

    private @Nullable ResponseRecord last(String target) {
        ResponseRecord found = null;
        for (ResponseRecord response : reported) {
            found = target.equals(response.request().target()) ? response : found;
        }
        return found;
    }

    private List<String> targets() {
        List<String> targets = new ArrayList<>();
        reported.forEach(
                response -> targets.add(String.valueOf(response.request().target())));
        return targets;
    }

    /**
     * Asserts that the last response to a request for this target was sent whole, and that no byte
     * of its body passed user space: it left by sendfile, or by what takes its place.
     *
     * @param target as for {@link #response}
     * @throws AssertionError if not, with what was reported
     */
    public void assertZeroCopy(String target) {
        ZeroCopyAssertions.assertZeroCopy(response(target));
    }

    /** Ends the server, and deletes the directory if it is a temporary one. */
    @Override
    public void close() throws IOException {
        server.close();
        if (!temporary) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
