package sluice.server.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Counter;
import sluice.linux.FileCalls;
import sluice.linux.Statx;
import sluice.server.FileServer;
import sluice.server.OriginException.Reason;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Tier;
import sluice.server.root.PathScratch;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** What a server makes of the objects of a store, with clients, sockets and a real disk. */
final class TierServerTest {
    private static final int BLOCK = Tier.BLOCK;
    private static final Duration LONG = Duration.ofHours(1);

    private final FakeOrigin origin = new FakeOrigin();

    @TempDir
    private Path directory;

    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(64L * BLOCK, LONG);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private FileServer start(long most, Duration fresh) throws IOException {
        Tier tier = new Tier(origin, directory, most, fresh, LONG);
        ServedFiles files = ServedFiles.in(directory).withTier(tier).withExplain(true);
        return Sluice.builder()
                .port(0)
                .allowHost(RawClient.HOST)
                .files(files.withFresh(Duration.ZERO))
                .build()
                .start();
    }

    private void restart(long most, Duration fresh) throws IOException {
        server.close();
        server = start(most, fresh);
    }

    private ReceivedResponse get(String target, String... lines) throws IOException {
        return RawClient.get(server, target, lines);
    }

    private static byte[] content(int version, long from, long to) {
        byte[] octets = new byte[(int) (to - from)];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = FakeOrigin.octet(version, from + i);
        }
        return octets;
    }

    /** Downloads a whole object; the version that all of its octets are of, or a failure. */
    private int download(String target, long size) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + target);
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setReadTimeout(30_000);
        connection.setRequestProperty("Connection", "close");
        assertThat(connection.getResponseCode()).isEqualTo(200);
        int version = Integer.parseInt(connection.getHeaderField("ETag").replaceAll("\\D", ""));
        byte[] piece = new byte[64 << 10];
        long at = 0;
        try (InputStream in = connection.getInputStream()) {
            int read;
            while ((read = in.read(piece)) > 0) {
                for (int i = 0; i < read; i++, at++) {
                    if (piece[i] != FakeOrigin.octet(version, at)) {
                        throw new AssertionError("octet " + at + " is not of " + version);
                    }
                }
            }
        }
        if (at != size) {
            throw new IOException("torn at " + at);
        }
        return version;
    }

    /** Octets that the files of the tier take on the disk. */
    private long onDisk() throws IOException {
        long sum = 0;
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                int fd = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
                if (fd >= 0 && path.getNameCount() > directory.getNameCount() + 1) {
                    var scratch = PathScratch.current();
                    FileCalls.statx(fd, Statx.STATX_BASIC_STATS, scratch.statxAddress);
                    sum += Statx.blocks(scratch.statx) * 512;
                }
                FileCalls.close(fd);
            }
        }
        return sum;
    }

    @Test
    void anObjectComesFromTheStoreOnceAndThenFromTheDisk() throws IOException {
        long size = 2L * BLOCK + 12_345;
        origin.put("a/b", size, 1);
        for (int i = 0; i < 3; i++) {
            ReceivedResponse whole = get("/a/b");
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.field("ETag")).isEqualTo("\"v1\"");
            assertThat(whole.body()).isEqualTo(content(1, 0, size));
        }
        assertThat(origin.sent).hasValue(size);
        assertThat(origin.heads).hasValue(1);
    }

    @Test
    void aResponseSaysWhatOfItsObjectWasHere() throws IOException {
        origin.put("a", 2L * BLOCK, 1);
        ReceivedResponse cold = get("/a");
        assertThat(cold.field("Sluice-Path")).endsWith("tier=fill, origin=" + 2L * BLOCK);
        assertThat(cold.field("Cache-Status")).isEqualTo("Sluice; fwd=miss");
        ReceivedResponse warm = get("/a", "Range: bytes=5-9");
        assertThat(warm.field("Sluice-Path")).endsWith("tier=hit, origin=0");
        assertThat(warm.field("Cache-Status")).isEqualTo("Sluice; hit");
    }

    @Test
    void aSmallObjectIsSentFromMemory() throws IOException {
        origin.put("small", 1_000, 1);
        origin.put("none", 0, 1);
        assertThat(get("/small").body()).isEqualTo(content(1, 0, 1_000));
        assertThat(get("/small").field("Sluice-Path")).contains("copy=memory");
        assertThat(get("/none").body()).isEmpty();
        assertThat(origin.sent).hasValue(1_000);
    }

    @Test
    void aRangeOfALargeObjectTakesOneBlockOfTheStore() throws IOException {
        long from = 5_000_000_000L;
        origin.put("large", 2 * from, 1);
        ReceivedResponse part = get("/large", "Range: bytes=" + from + "-" + (from + 99));
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(content(1, from, from + 100));
        assertThat(origin.sent.get()).isLessThanOrEqualTo(BLOCK);
    }

    @Test
    void conditionsHoldForTheTagOfTheStore() throws IOException {
        origin.put("a", 100_000, 1);
        assertThat(get("/a", "If-None-Match: \"v1\"").status()).isEqualTo(304);
        assertThat(get("/a", "Range: bytes=5-9", "If-Range: \"v1\"").status()).isEqualTo(206);
        assertThat(get("/a", "Range: bytes=5-9", "If-Range: \"v2\"").status()).isEqualTo(200);
    }

    @Test
    void whatTheStoreRefusesIsToldAsForFiles() throws IOException {
        assertThat(get("/none").status()).isEqualTo(404);
        assertThat(get("/").status()).isEqualTo(404);
        assertThat(get("/dir/").status()).isEqualTo(404);
        origin.fails(Reason.FORBIDDEN);
        assertThat(get("/secret").status()).isEqualTo(403);
    }

    @Test
    void aStoreThatFailsIsToldBeforeTheHead() throws IOException {
        origin.fails(Reason.FAILED);
        assertThat(get("/a").status()).isEqualTo(502);
        assertThat(get("/a").has("Retry-After")).isTrue();
        origin.fails(Reason.LATE);
        assertThat(get("/a").status()).isEqualTo(504);
        origin.fails(null);
        origin.put("a", 10, 1);
        assertThat(get("/a").status()).isEqualTo(200);
    }

    @Test
    void aStoreThatFailsUnderADownloadTearsIt() throws Exception {
        long size = 3L * BLOCK;
        origin.put("a", size, 1);
        Semaphore permits = new Semaphore(BLOCK / 2);
        origin.opensBy(permits);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> download = clients.submit(() -> download("/a", size));
            Await.until("the store is in the middle", () -> origin.sent.get() >= BLOCK / 2 - 1_000);
            origin.fails(Reason.FAILED);
            permits.release(Integer.MAX_VALUE / 2);
            assertThatThrownBy(download::get).hasCauseInstanceOf(IOException.class);
        }
        Await.until("it is counted", () -> server.count(Counter.NOT_FETCHED) > 0);
        origin.fails(null);
        assertThat(download("/a", size)).isEqualTo(1);
    }

    @Test
    void bytesArriveBeforeTheirBlockIsWhole() throws Exception {
        origin.put("a", BLOCK, 1);
        Semaphore permits = new Semaphore(300_000);
        origin.opensBy(permits);
        try (RawClient client = RawClient.of(server)) {
            ReceivedResponse part = client.get("/a", "Range: bytes=0-99999");
            assertThat(part.body()).isEqualTo(content(1, 0, 100_000));
        } finally {
            permits.release(Integer.MAX_VALUE / 2);
        }
    }

    @Test
    void clientsOfOneColdObjectShareItsFetches() throws Exception {
        long size = 6L * BLOCK;
        origin.put("a", size, 1);
        all(40, () -> download("/a", size));
        assertThat(origin.sent).hasValue(size);
        assertThat(origin.heads).hasValue(1);
    }

    private static void all(int clients, Callable<Integer> work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(work));
            }
            for (Future<Integer> one : all) {
                one.get();
            }
        }
    }

    @Test
    void noAnswerMixesVersionsOfAnObjectThatIsReplaced() throws Exception {
        restart(64L * BLOCK, Duration.ZERO);
        long size = 2L * BLOCK + 1;
        origin.put("a", size, 1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int version = 2; version < 30; version++) {
                all.add(threads.submit(() -> {
                    try {
                        return download("/a", size);
                    } catch (IOException torn) {
                        return 0;
                    }
                }));
                origin.put("a", size, version);
            }
            for (Future<Integer> one : all) {
                one.get();
            }
        }
        Await.until("the last version is sent", () -> {
            try {
                return download("/a", size) == 29;
            } catch (IOException torn) {
                return false;
            }
        });
    }

    @Test
    void theDiskNeverHoldsMoreThanItMay() throws Exception {
        long most = 8L * BLOCK;
        restart(most, LONG);
        int objects = 6;
        long size = 4L * BLOCK - 5;
        for (int i = 0; i < objects; i++) {
            origin.put("o" + i, size, i);
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 3 * objects; i++) {
                String target = "/o" + i % objects;
                all.add(threads.submit(() -> download(target, size)));
            }
            while (!all.stream().allMatch(Future::isDone)) {
                long before = origin.sent.get();
                long held = onDisk();
                // Else one block was seen where it was, and another where it came.
                if (origin.sent.get() == before) {
                    assertThat(held).isLessThanOrEqualTo(most);
                }
            }
            assertThat(onDisk()).isBetween(1L, most);
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).get()).isEqualTo(i % objects);
            }
        }
    }

    @Test
    void anotherProcessGoesOnWithWhatIsThere() throws IOException {
        long size = 3L * BLOCK;
        origin.put("a", size, 1);
        download("/a", size);
        restart(64L * BLOCK, LONG);
        origin.fails(Reason.FAILED);
        assertThat(download("/a", size)).isEqualTo(1);
        assertThat(origin.sent).hasValue(size);
    }

    @Test
    void aBlockThatWasDamagedIsFetchedAgain() throws IOException {
        long size = 2L * BLOCK;
        origin.put("a", size, 1);
        download("/a", size);
        server.close();
        try (Stream<Path> all = Files.walk(directory)) {
            Path file = all.filter(path -> path.toFile().length() == size)
                    .findFirst()
                    .orElseThrow();
            byte[] octets = Files.readAllBytes(file);
            octets[BLOCK + 7]++;
            Files.write(file, octets);
        }
        server = start(64L * BLOCK, LONG);
        assertThat(download("/a", size)).isEqualTo(1);
        assertThat(origin.sent).hasValue(size + BLOCK);
    }

    @Test
    void aVersionIsSentWhileTheStoreIsAskedForANewerOne() throws Exception {
        restart(64L * BLOCK, Duration.ZERO);
        origin.put("a", 100_000, 1);
        assertThat(get("/a").field("ETag")).isEqualTo("\"v1\"");
        origin.put("a", 100_000, 2);
        assertThat(get("/a").field("ETag")).isEqualTo("\"v1\"");
        Await.until("it is asked", () -> get("/a").field("ETag").equals("\"v2\""));
        origin.fails(Reason.LATE);
        assertThat(get("/a").field("Sluice-Path")).contains("tier=stale");
        assertThat(get("/a").field("ETag")).isEqualTo("\"v2\"");
    }

    @Test
    void aTierBelongsToOneServer() {
        assertThatThrownBy(() -> start(64L * BLOCK, LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another server has its tier");
    }
}
