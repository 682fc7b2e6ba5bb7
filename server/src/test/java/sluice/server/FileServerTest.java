package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.server.testing.Await;
import sluice.server.testing.Descriptors;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How a server starts, stops, and what it leaves behind. */
final class FileServerTest {
    private static final int FILES = 40;
    private static final int BIG = ServedFiles.MEMORY_UP_TO + 1;
    private static final int MORE_THAN_SOCKETS_TAKE = 12 << 20;

    @Test
    void itTellsWhereItIsAndWhatItIsMadeOf(@TempDir Path root) throws IOException {
        try (FileServer server = Setup.PLAIN.serving(root).build().start()) {
            assertThat(server.port()).isPositive();
            assertThat(server.uri()).hasToString("http://127.0.0.1:" + server.port() + "/");
            assertThat(server.description()).startsWith("model ");
        }
    }

    @Test
    void anIpv6AddressStandsInBrackets(@TempDir Path root) throws IOException {
        Sluice.Builder builder = Setup.PLAIN.serving(root).host("::1");
        try (FileServer server = builder.build().start()) {
            assertThat(server.uri().toString()).matches("http://\\[::1]:\\d+/");
            assertThat(server.uri().getPort()).isEqualTo(server.port());
        } catch (IOException e) {
            assumeTrue(false, "no IPv6 here: " + e.getMessage());
        }
    }

    @Test
    void machineryThatCannotBeIsRefusedBeforeAnythingIsOpened(@TempDir Path root)
            throws IOException {
        Sluice impossible = Sluice.builder()
                .root(root)
                .port(0)
                .machinery(
                        Machinery.defaults().withModel(Model.SELECTOR).withCopy(CopyMode.SENDFILE))
                .build();
        assertThatThrownBy(impossible::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transfer-to");
    }

    @Test
    void aRootThatIsNoDirectoryIsRefusedByName(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> Sluice.builder().root(file).port(0).build().start())
                .isInstanceOf(NotDirectoryException.class);
        Path nothing = folder.resolve("nothing");
        assertThatThrownBy(() -> Sluice.builder().root(nothing).port(0).build().start())
                .isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#cells")
    void aServerThatCannotListenLeavesNothingOpen(Setup setup, @TempDir Path root)
            throws IOException {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Sluice sluice = setup.serving(root).port(taken.getLocalPort()).build();
            int sockets = Descriptors.sockets();
            assertThatThrownBy(sluice::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
            assertThat(Descriptors.sockets()).isEqualTo(sockets);
            assertThat(Descriptors.below(root)).isZero();
        }
    }

    @SuppressWarnings("try") // the clients close before the drain that waits for that
    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#all")
    void aDrainedServerHasFinishedWhatItHadBegunAndListensNoMore(Setup setup, @TempDir Path root)
            throws Exception {
        byte[] large = Tree.random(MORE_THAN_SOCKETS_TAKE);
        Files.write(root.resolve("large.bin"), large);
        try (FileServer server = setup.serving(root).build().start();
                RawClient idle = RawClient.of(server);
                RawClient busy = RawClient.slow(server)) {
            assertThat(idle.get("/nothing").status()).isEqualTo(404);
            busy.send(request("GET", "/large.bin"));
            busy.reader().readHead();

            assertThat(server.drain(Duration.ZERO)).isFalse();
            idle.expectEnd();
            assertThat(busy.reader().readBody(large.length)).isEqualTo(large);
            busy.expectEnd();
            idle.close();
            busy.close();
            assertThat(server.drain(Duration.ofSeconds(30))).isTrue();
            assertThat(server.connections()).isZero();
            assertThatThrownBy(() -> RawClient.of(server)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aServerMayBeClosedTwiceAndByMany(@TempDir Path root) throws Exception {
        FileServer server = Setup.PLAIN.serving(root).build().start();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(server::close));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        server.close();
        assertThat(Descriptors.below(root)).isZero();
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#all")
    void aServerThatIsClosedWithFullHandsDropsThemAll(Setup setup, @TempDir Path root)
            throws Exception {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count descriptors in");
        for (int i = 0; i < FILES; i++) {
            Files.write(root.resolve("file" + i), new byte[BIG]);
        }
        for (int round = 0; round < 3; round++) {
            FileServer server = setup.serving(root).build().start();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                RawClient client = RawClient.of(server);
                client.send(request("GET", "/file" + i) + request("GET", "/"));
                clients.add(client);
            }
            server.close();
            assertThat(server.count(Counter.FAILED)).isZero();
            assertThat(server.connections()).isZero();
            for (RawClient client : clients) {
                client.close();
            }
            assertThat(Descriptors.below(root)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#all")
    void aClosedServerStillTellsWhatItHasCounted(Setup setup, @TempDir Path root) throws Exception {
        Files.write(root.resolve("file"), new byte[BIG]);
        FileServer server = setup.serving(root).build().start();
        try (RawClient client = RawClient.of(server)) {
            assertThat(client.get("/file").status()).isEqualTo(200);
        }
        assertThat(server.drain(Duration.ofSeconds(30))).isTrue();
        server.close();
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isOne();
        assertThat(server.count(Counter.REQUESTS)).isOne();
        assertThat(server.count(Counter.BYTES_FROM_FILES)).isEqualTo(BIG);
    }

    @Test
    void whoWaitsForTheEndIsWokenByWhoClosesTheServer(@TempDir Path root) throws Exception {
        FileServer server = Setup.PLAIN.serving(root).build().start();
        CompletableFuture<Boolean> woken = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                server.awaitClosed();
                woken.complete(Descriptors.below(root) == 0);
            } catch (InterruptedException e) {
                woken.completeExceptionally(e);
            }
        });
        Await.until("it waits", () -> waiting.getState() == Thread.State.WAITING);
        assertThat(woken).isNotDone();

        server.close();
        assertThat(woken.get(30, TimeUnit.SECONDS)).isTrue();
        server.awaitClosed();
    }
}
