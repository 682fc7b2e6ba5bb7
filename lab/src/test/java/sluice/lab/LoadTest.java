package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.client.HttpUrl;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A load counts what is right, names what is not, and does not flatter a server that stalls. */
class LoadTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int BODY = 5_000;

    /** Longer than any test: it ends when something has come, however slow the machine is. */
    private static final Duration UNTIL_ENDED = Duration.ofHours(1);

    private static LoadPlan plan(String url) {
        return LoadPlan.of(new Target(HttpUrl.parse(url), 1), Duration.ZERO, UNTIL_ENDED)
                .withConnections(4);
    }

    /** Runs a plan, for a second at least if it has no end of its own. */
    private static LoadResult run(LoadPlan plan) throws IOException {
        Thread runner = Thread.currentThread();
        LoadResult result = Load.run(
                plan,
                second -> {
                    if (second.rate() > 0 || second.failed() > 0) {
                        runner.interrupt();
                    }
                },
                Probe.NONE);
        Thread.interrupted();
        return result;
    }

    private static FileServer serving(Path root) throws Exception {
        Files.write(root.resolve("file"), new byte[BODY]);
        return Sluice.builder().root(root).port(0).build().start();
    }

    @Test
    void everyRightAnswerIsCountedWithItsBody(@TempDir Path root) throws Exception {
        try (FileServer server = serving(root)) {
            LoadResult result = run(plan(server.uri() + "file"));

            assertThat(result.errors()).isEmpty();
            assertThat(result.responses()).isPositive();
            assertThat(result.bodyBytes()).isEqualTo(result.responses() * BODY);
            assertThat(result.perSecond()).anyMatch(second -> second.p99() > 0);
            assertThat(result.asSent().count()).isEqualTo(result.responses());
        }
    }

    @Test
    void anAnswerIsCountedByItsStatusIfItIsAResponseAndNotAfterTheEnd(@TempDir Path root)
            throws Exception {
        try (FileServer server = serving(root)) {
            // At the end each of the connections waits for an answer, which comes all the same.
            LoadPlan busy = plan(server.uri() + "file").withConnections(64);

            LoadResult closed = run(busy);
            LoadResult open = run(busy.withRate(5_000));

            assertThat(closed.statuses()).isEqualTo(Map.of(200, closed.responses()));
            assertThat(open.statuses()).isEqualTo(Map.of(200, open.responses()));
        }
    }

    @Test
    void aLoadOfSoManyRequestsEndsWithTheLastAnswer(@TempDir Path root) throws Exception {
        try (FileServer server = serving(root)) {
            LoadPlan plan = LoadPlan.of(
                            Target.parse(server.uri() + "file"),
                            Duration.ZERO,
                            Duration.ofMinutes(5))
                    .withConnections(4);

            LoadResult result = Load.run(plan.withRequests(103), _ -> {}, Probe.NONE);
            LoadResult closing =
                    Load.run(plan.withKeepAlive(false).withRequests(9), _ -> {}, Probe.NONE);

            assertThat(result.errors()).isEmpty();
            assertThat(result.responses()).isEqualTo(103);
            assertThat(result.complete()).isTrue();
            assertThat(closing.responses()).isEqualTo(9);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder(@TempDir Path root) throws Exception {
        try (FileServer server = serving(root)) {
            Files.write(root.resolve("other"), new byte[] {1});
            LoadPlan mixed = new LoadPlan(
                    List.of(
                            Target.parse(server.uri() + "file"),
                            Target.parse("3 " + server.uri() + "other")),
                    2,
                    2,
                    0,
                    Duration.ZERO,
                    UNTIL_ENDED,
                    16,
                    true,
                    List.of("Accept: */*"),
                    LoadPlan.PATIENCE);

            LoadResult result = run(mixed);

            assertThat(result.errors()).isEmpty();
            assertThat(result.responses()).isPositive();
        }
    }

    @Test
    void aConnectionForEachRequestIsNoReconnect(@TempDir Path root) throws Exception {
        try (FileServer server = serving(root)) {
            LoadResult result = run(plan(server.uri() + "file").withKeepAlive(false));

            assertThat(result.errors()).isEmpty();
            assertThat(result.responses()).isGreaterThan(4);
            assertThat(result.reconnects()).isZero();
        }
    }

    @Test
    void urlsAreRequestedByTheirWeights() throws Exception {
        try (FaultyServer server = new FaultyServer((_, _) -> FaultyServer.ok("x"))) {
            LoadPlan one = plan(server.url("/"));
            run(new LoadPlan(
                    List.of(
                            Target.parse("1 " + server.url("/rare")),
                            Target.parse("3 " + server.url("/often"))),
                    1,
                    1,
                    0,
                    Duration.ZERO,
                    UNTIL_ENDED,
                    1,
                    true,
                    one.fields(),
                    one.patience()));

            int rare = server.asked("/rare");
            assertThat(server.asked("/often")).isBetween(3 * rare - 3, 3 * rare + 3);
        }
    }

    @Test
    void aBodyThatDiffersFromTheFirstOneIsAnError() throws Exception {
        try (FaultyServer server =
                new FaultyServer((n, _) -> FaultyServer.ok(n == 10 ? "wrong" : "right"))) {
            assertThat(run(plan(server.url("/"))).errors()).containsExactly(entry(LoadError.BODY));
        }
    }

    private static Map.Entry<LoadError, Long> entry(LoadError reason) {
        return Map.entry(reason, 1L);
    }

    @Test
    void errorStatusesAreNoAnswers() throws Exception {
        try (FaultyServer server =
                new FaultyServer((_, _) -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
            LoadResult result = run(plan(server.url("/")));

            assertThat(result.responses()).isZero();
            assertThat(result.errors()).containsOnlyKeys(LoadError.STATUS);
            assertThat(result.statuses())
                    .isEqualTo(Map.of(404, result.errors().get(LoadError.STATUS)));
        }
    }

    @Test
    void aCutAnswerIsABrokenConnectionWhichIsReplaced() throws Exception {
        try (FaultyServer server = new FaultyServer((n, _) -> n == 10
                ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\ncut"
                : FaultyServer.ok("whole"))) {
            LoadResult result = run(plan(server.url("/")).withConnections(1));

            assertThat(result.errors()).containsExactly(entry(LoadError.BROKEN));
            assertThat(result.responses()).isGreaterThan(9);
        }
    }

    @Test
    void whatIsNotHttpIsMalformed() throws Exception {
        try (FaultyServer server = new FaultyServer((_, _) -> "SSH-2.0\r\n\r\n")) {
            assertThat(run(plan(server.url("/"))).errors()).containsOnlyKeys(LoadError.MALFORMED);
        }
    }

    @Test
    void chunkedBodiesAndThoseThatEndByClosingAreWhole() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "3\r\n"
                + "abc\r\n"
                + "2\r\n"
                + "de\r\n"
                + "0\r\n\r\n";
        String closed = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde";
        for (String answer : List.of(chunked, closed)) {
            try (FaultyServer server = new FaultyServer((_, _) -> answer)) {
                LoadResult result = run(plan(server.url("/")));

                assertThat(result.errors()).isEmpty();
                assertThat(result.responses()).isPositive();
                assertThat(result.bodyBytes()).isEqualTo(result.responses() * 5);
            }
        }
    }

    @Test
    void aStallOfTheServerShowsInTheLatencyAsIntended() throws Exception {
        Duration stall = Duration.ofSeconds(1);
        try (FaultyServer server = new FaultyServer((n, _) -> {
            if (n == 50) {
                LockSupport.parkNanos(stall.toNanos());
            }
            return FaultyServer.ok("x");
        })) {
            LoadPlan fixed = LoadPlan.of(
                            Target.parse(server.url("/")), Duration.ZERO, Duration.ofSeconds(2))
                    .withConnections(1)
                    .withRate(200);

            LoadResult result = Load.run(fixed, _ -> {}, Probe.NONE);

            // One request waited for the server; the 200 that were due meanwhile waited for it.
            assertThat(result.asSent().max()).isGreaterThanOrEqualTo(stall.toNanos());
            assertThat(result.asIntended().percentile(75)).isGreaterThan(stall.toNanos() / 4);
            assertThat(result.asIntended().percentile(99)).isGreaterThan(stall.toNanos() * 9 / 10);
            assertThat(result.asIntended().count() + result.unsent()).isEqualTo(400);
        }
    }

    @Test
    void requestsThatFoundNoConnectionAreCounted() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (FaultyServer server = new FaultyServer((_, _) -> {
            over.await();
            return null;
        })) {
            LoadPlan impatient = new LoadPlan(
                    List.of(Target.parse(server.url("/"))),
                    1,
                    1,
                    1_000,
                    Duration.ZERO,
                    SHORT,
                    1,
                    true,
                    List.of(),
                    Duration.ofMillis(600));

            LoadResult result = Load.run(impatient, _ -> {}, Probe.NONE);

            assertThat(result.unsent()).isEqualTo(299);
            assertThat(result.errors()).containsOnlyKeys(LoadError.TIMEOUT);
        } finally {
            over.countDown();
        }
    }

    @Test
    void aServerThatIsNotThereIsTold() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> run(plan("http://127.0.0.1:" + port + "/")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does a server listen there?");
    }

    @Test
    void anInterruptEndsTheRunWithWhatWasMeasured(@TempDir Path root) throws Exception {
        try (FileServer server = serving(root)) {
            Thread runner = Thread.currentThread();
            LoadPlan endless =
                    LoadPlan.of(Target.parse(server.uri() + "file"), Duration.ZERO, UNTIL_ENDED);

            LoadResult result = Load.run(endless, _ -> runner.interrupt(), Probe.NONE);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.seconds()).isLessThan((double) UNTIL_ENDED.toSeconds());
            assertThat(result.responses()).isPositive();
            assertThat(result.complete()).isFalse();
        }
    }

    @Test
    void settingsThatDoNotFitAreRefused() {
        LoadPlan plan = plan("http://h/");
        assertThatThrownBy(() -> plan.withConnections(0)).hasMessageContaining("connections");
        assertThatThrownBy(() -> Target.parse("many http://h/")).hasMessageContaining("a weight");
        assertThatThrownBy(() -> Target.parse("0 http://h/")).hasMessageContaining("weight 0");
        assertThatThrownBy(() -> new LoadPlan(
                        List.of(Target.parse("http://h/"), Target.parse("http://other/")),
                        1,
                        1,
                        0,
                        Duration.ZERO,
                        SHORT,
                        1,
                        true,
                        List.of(),
                        SHORT))
                .hasMessageContaining("same scheme, host and port");
    }
}
