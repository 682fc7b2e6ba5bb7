package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.ResponseHeadParser;
import sluice.io.CopyMode;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Many clients of files that change all the time. Each file consists of cells of 64 bytes, and each
 * cell says which file and which version it belongs to. A body that is whole for its client is of
 * one version, unless somebody was writing into the file or cutting it at that time: no server can
 * see a write that begins after its last look, and pages that the kernel was lent show it. Bytes
 * that were copied show no cut.
 */
final class ChurnTest {
    private static final int CLIENTS = 200;
    private static final int REQUESTS = Boolean.getBoolean("sluice.thorough") ? 60 : 6;
    private static final int FILES = 8;
    private static final int CELL = 64;
    /** From memory, from a region, and by more than one try. */
    private static final int[] SIZES = {4 << 10, 64 << 10, 256 << 10};

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final AtomicInteger versions = new AtomicInteger();
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    @TempDir
    private Path root;

    /** When somebody wrote into a file, or cut it. */
    private record Write(int file, long from, long to) {}

    /** A model of each shape, and every copy path. */
    static Stream<Setup> setups() {
        return Setup.cells();
    }

    @BeforeEach
    void plant() throws IOException {
        for (int file = 0; file < FILES; file++) {
            Files.write(path(file), content(file));
        }
    }

    private Path path(int file) {
        return root.resolve("file" + file);
    }

    private static String cell(int file, int version) {
        String text = "file " + file + " version " + version;
        return text + ".".repeat(CELL - text.length());
    }

    /** The next version of a file. */
    private byte[] content(int file) {
        int cells = SIZES[file % SIZES.length] / CELL;
        return cell(file, versions.incrementAndGet()).repeat(cells).getBytes(US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void eachBodyIsOfOneVersion(Setup setup) throws Exception {
        List<Future<Integer>> clients = new ArrayList<>();
        int whole = 0;
        try (FileServer server = setup.start(setup.serving(root));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writer = threads.submit(() -> {
                change();
                return null;
            });
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                clients.add(threads.submit(() -> download(setup, server, random)));
            }
            try {
                for (Future<Integer> client : clients) {
                    whole += client.get();
                }
            } finally {
                over = true;
            }
            writer.get();
        }
        assertThat(whole).as("bodies that came whole").isPositive();
    }

    /** Replaces files, links others to their names, cuts them, and writes into them. */
    private void change() throws IOException {
        Random random = new Random(seed);
        while (!over) {
            int file = random.nextInt(FILES);
            switch (random.nextInt(4)) {
                case 0 -> {
                    Path next = Files.write(root.resolve("next"), content(file));
                    Files.move(next, path(file), ATOMIC_MOVE, REPLACE_EXISTING);
                }
                case 1 -> {
                    Path next = Files.write(root.resolve("next"), content(file));
                    Path link = Files.createLink(root.resolve("link"), next);
                    Files.move(link, path(file), ATOMIC_MOVE, REPLACE_EXISTING);
                    Files.delete(next);
                }
                case 2 -> {
                    int kept = random.nextInt(SIZES[file % SIZES.length] / CELL);
                    inPlace(
                            file,
                            open -> open.setLength(Math.min(open.length(), (long) kept * CELL)));
                }
                default -> {
                    byte[] content = content(file);
                    inPlace(file, open -> open.write(content));
                }
            }
        }
    }

    /** Somebody who writes into a file where it is, not into another one that replaces it. */
    private interface Change {
        void to(RandomAccessFile file) throws IOException;
    }

    private void inPlace(int file, Change change) throws IOException {
        // Known before it begins, so that no client can see it before this is known.
        Write begun = new Write(file, System.nanoTime(), Long.MAX_VALUE);
        writes.add(begun);
        try (RandomAccessFile open = new RandomAccessFile(path(file).toFile(), "rw")) {
            change.to(open);
        }
        writes.add(new Write(file, begun.from, System.nanoTime()));
        writes.remove(begun);
    }

    private boolean wasWrittenTo(int file, long from, long to) {
        return writes.stream()
                .anyMatch(write -> write.file == file && write.from <= to && from <= write.to);
    }

    /** How many bodies came whole. */
    private int download(Setup setup, FileServer server, Random random) throws IOException {
        int whole = 0;
        RawClient client = RawClient.of(server);
        try {
            for (int i = 0; i < REQUESTS; i++) {
                int file = random.nextInt(FILES);
                long from = System.nanoTime();
                byte[] body = body(client, file);
                if (body == null) {
                    client.close();
                    client = RawClient.of(server);
                    continue;
                }
                whole++;
                check(file, body, from, setup.cell().copy());
            }
        } finally {
            client.close();
        }
        return whole;
    }

    /** Null if the connection ended before the end of the body. */
    private static byte @Nullable [] body(RawClient client, int file) {
        try {
            client.send(RawClient.request("GET", "/file" + file));
            ResponseHeadParser head = client.reader().readHead();
            assertThat(head.status()).isEqualTo(200);
            return client.reader().readBodyOrTorn((int) head.contentLength());
        } catch (IOException torn) {
            return null;
        }
    }

    private void check(int file, byte[] body, long from, CopyMode copy) {
        long to = System.nanoTime();
        assertThat(body.length % CELL).isZero();
        if (copy == CopyMode.DIRECT || copy == CopyMode.HEAP) {
            assertThat(new String(body, US_ASCII)).doesNotContain("\0");
        }
        for (int at = CELL; at < body.length; at += CELL) {
            if (!Arrays.equals(body, 0, CELL, body, at, at + CELL)) {
                String mixed = new String(body, 0, CELL, US_ASCII) + " and at " + at + " "
                        + new String(body, at, CELL, US_ASCII);
                assertThat(wasWrittenTo(file, from, to))
                        .as("-Dsluice.seed=%d: %s, while nobody wrote", seed, mixed)
                        .isTrue();
                return;
            }
        }
        if (body.length > 0) {
            assertThat(new String(body, 0, CELL, US_ASCII)).startsWith("file " + file + " ");
        }
    }
}
