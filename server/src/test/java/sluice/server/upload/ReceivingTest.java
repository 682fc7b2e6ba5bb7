package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The ways of a long body from a socket into a file, under the models that have them. */
@ParameterizedClass
@MethodSource({"ways", "sluice.server.testing.Setup#layeredCells"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReceivingTest {
    private static final byte[] LARGE = Tree.random(5_000_001);

    @Parameter
    private Setup setup = Setup.PLAIN;

    private Path root = Path.of("");
    private FileServer server;

    /** Models of every shape, each with what it has by itself, and the other ways of some. */
    static Stream<Setup> ways() {
        Stream<Cell> own = Stream.of(
                        Model.EPOLL,
                        Model.EPOLL_ET,
                        Model.SELECTOR,
                        Model.BLOCKING,
                        Model.VIRTUAL,
                        Model.ASYNC_CHANNEL,
                        Model.POSIX_AIO,
                        Model.IO_URING)
                .map(model -> new Cell(model, CopyMode.AUTO));
        Stream<Cell> others = Stream.of(
                new Cell(Model.BLOCKING, CopyMode.TRANSFER_TO),
                new Cell(Model.VIRTUAL, CopyMode.TRANSFER_TO),
                new Cell(Model.EPOLL, CopyMode.ZEROCOPY),
                new Cell(Model.SELECTOR, CopyMode.DIRECT),
                new Cell(Model.BLOCKING, CopyMode.HEAP),
                new Cell(Model.IO_URING, CopyMode.MMAP));
        return Stream.concat(own, others)
                .filter(cell -> cell.refusal() == null)
                .map(cell -> new Setup(cell, Reactor.SINGLE));
    }

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void start(@TempDir Path directory) throws Exception {
        root = directory;
        server = setup.start(setup.serving(root).uploads(Uploads.defaults()));
    }

    @AfterParameterizedClassInvocation(injectArguments = false)
    void stop() {
        server.close();
    }

    @BeforeEach
    void plant() throws Exception {
        Files.deleteIfExists(root.resolve("new.bin"));
    }

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        Await.until("nothing is left", () -> Uploaded.temporaries(root).isEmpty());
        Await.until("all have gone", () -> server.connections() == 0);
    }

    private long count(Counter counter) {
        return server.count(counter);
    }

    private static String head() {
        return request(
                "PUT", "/new.bin", "Content-Length: " + LARGE.length, "Expect: 100-continue");
    }

    @Test
    void aLongBodyArrivesByteForByteTheWayOfItsCopyPath() throws Exception {
        long before = count(Counter.BYTES_TO_FILES);
        long spliced = count(Counter.BYTES_SPLICED);
        long transferred = count(Counter.BYTES_TRANSFERRED);
        try (RawClient client = RawClient.of(server)) {
            client.send(head());
            assertThat(client.reader().readHead().status()).isEqualTo(100);
            assertThat(client.send(LARGE).read().status()).isEqualTo(201);
        }
        assertThat(Files.readAllBytes(root.resolve("new.bin"))).isEqualTo(LARGE);
        assertThat(count(Counter.BYTES_TO_FILES) - before).isEqualTo(LARGE.length);
        spliced = count(Counter.BYTES_SPLICED) - spliced;
        transferred = count(Counter.BYTES_TRANSFERRED) - transferred;
        switch (setup.cell().receiving()) {
            case SPLICE -> {
                assertThat(spliced).isGreaterThan(LARGE.length * 9L / 10);
                assertThat(transferred).isZero();
            }
            case TRANSFER_FROM -> {
                assertThat(transferred).isGreaterThan(LARGE.length / 4);
                assertThat(spliced).isZero();
            }
            case BUFFER -> assertThat(List.of(spliced, transferred)).containsOnly(0L);
        }
    }

    /** What is sent with the head has been received before anybody knew what to do with it. */
    @Test
    void octetsKeepTheirOrderWhateverTheirPace() throws Exception {
        try (RawClient client = RawClient.of(server)) {
            client.send(request("PUT", "/new.bin", "Content-Length: " + LARGE.length));
            int size = 1;
            for (int at = 0; at < LARGE.length; ) {
                int length = Math.min(size, LARGE.length - at);
                client.send(Arrays.copyOfRange(LARGE, at, at + length));
                at += length;
                size = size * 5 % 90_001 + 1;
            }
            client.send(request("GET", "/new.bin"));
            assertThat(client.read().status()).isEqualTo(201);
            assertThat(client.read().body()).isEqualTo(LARGE);
        }
    }

    @Test
    void aClientThatEndsOrBreaksOffLeavesNothing() throws Exception {
        for (boolean resets : new boolean[] {false, true}) {
            try (RawClient client = RawClient.of(server)) {
                client.send(head());
                assertThat(client.reader().readHead().status()).isEqualTo(100);
                client.send(Arrays.copyOf(LARGE, LARGE.length / 2));
                if (resets) {
                    client.reset();
                } else {
                    client.endOutput();
                    client.expectEnd();
                }
            }
            Await.until("nothing is left", () -> Uploaded.temporaries(root).isEmpty());
        }
        assertThat(root.resolve("new.bin")).doesNotExist();
    }
}
