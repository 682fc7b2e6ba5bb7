package sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.Reactors;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The protocol of docs/protocols.md on loops of four kinds, and on the loop of this module. */
class FileByNameTest {
    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    /** More than one turn may send. */
    private static final byte[] CONTENT = new byte[3_000_000];

    @TempDir
    Path folder;

    private Path served;

    @BeforeEach
    void plant() throws IOException {
        new Random(1).nextBytes(CONTENT);
        served = Files.createDirectory(folder.resolve("served"));
        Files.write(served.resolve("film"), CONTENT);
        Files.createFile(served.resolve("empty"));
        Files.write(folder.resolve("secret"), new byte[10]);
    }

    private static byte[] ask(InetSocketAddress server, String name) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
            return socket.getInputStream().readAllBytes();
        }
    }

    private Reactors start(Model model) throws IOException {
        Cell cell = new Cell(model, CopyMode.AUTO);
        String refusal = cell.refusal();
        assumeTrue(refusal == null, () -> refusal);
        Machinery machinery = Machinery.defaults().withCell(cell).withReactor(Reactor.SINGLE);
        return Reactors.start(
                machinery, Limits.defaults(), List.of(new Listen(ANYWHERE, FileByName.in(served))));
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "SELECTOR", "BLOCKING"})
    void aFileArrivesWholeAndNoByteOfItIsCopiedInUserSpace(Model model) throws Exception {
        try (Reactors server = start(model)) {
            assertThat(ask(server.address(), "film")).isEqualTo(CONTENT);

            assertThat(server.drain(Duration.ofSeconds(10))).isTrue();
            assertThat(server.count(Counter.BYTES_FROM_FILES)).isEqualTo(CONTENT.length);
            assertThat(server.count(Counter.BYTES_COPIED)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "SELECTOR", "BLOCKING"})
    void anEmptyFileIsTheEndAlone(Model model) throws IOException {
        try (Reactors server = start(model)) {
            assertThat(ask(server.address(), "empty")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "SELECTOR", "BLOCKING"})
    void whatIsNoFileBeneathTheFolderIsAReset(Model model) throws IOException {
        try (Reactors server = start(model)) {
            for (String name : new String[] {"none", "../secret", "..", ".", "", "a\0b"}) {
                assertThatThrownBy(() -> ask(server.address(), name))
                        .as(name)
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void theSameProtocolRunsOnALoopThatIsWrittenOutside() throws Exception {
        try (SmallLoop loop = new SmallLoop(FileByName.in(served), ANYWHERE)) {
            assertThat(ask(loop.address(), "film")).isEqualTo(CONTENT);
            assertThatThrownBy(() -> ask(loop.address(), "../secret"))
                    .hasMessageContaining("reset");
            assertThat(ask(loop.address(), "film")).isEqualTo(CONTENT);
            assertThat(loop.resources().counters().get(Counter.BYTES_COPIED)).isZero();
        }
    }

    @Test
    void theLoopOutsideEndsConnectionsThatWaitForNothing() throws Exception {
        SmallLoop loop = new SmallLoop(FileByName.in(served), ANYWHERE);
        try (Socket socket =
                new Socket(loop.address().getAddress(), loop.address().getPort())) {
            // A first answer: by then the loop has accepted the connection before it.
            assertThat(ask(loop.address(), "empty")).isEmpty();
            loop.close();
            assertThatThrownBy(() -> socket.getInputStream().read()).hasMessageContaining("reset");
        }
    }
}
