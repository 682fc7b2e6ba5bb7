package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.http.ForwardedField;
import sluice.io.AddressSet;
import sluice.io.AddressText;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.SocketKind;
import sluice.server.testing.Await;
import sluice.server.testing.Tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server that listens on a socket of unix(7), for a proxy on the same machine. */
final class UnixSocketTest {
    /** More than a socket takes at once. */
    private static final int SIZE = 3 << 20;

    private static final byte[] CONTENT = Tree.random(SIZE);

    @TempDir
    private Path root;

    @TempDir
    private Path run;

    private Path socket;

    @BeforeEach
    void plant() throws IOException {
        Files.write(root.resolve("file"), CONTENT);
        socket = run.resolve("http");
    }

    private Sluice.Builder settings() {
        return Sluice.builder().root(root).host("unix:" + socket);
    }

    private byte[] ask(String... lines) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String head = "GET /file HTTP/1.1\r\nHost: files.example\r\nConnection: close\r\n"
                    + String.join("", lines) + "\r\n";
            client.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            Channels.newInputStream(client).transferTo(answer);
            return answer.toByteArray();
        }
    }

    private void assertServes(FileServer server) throws IOException {
        assertThat(server.addresses()).containsExactly(UnixDomainSocketAddress.of(socket));
        byte[] answer = ask();
        String head = new String(answer, 0, answer.length - SIZE, ISO_8859_1);
        assertThat(head).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
        assertThat(Arrays.copyOfRange(answer, answer.length - SIZE, answer.length))
                .isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @EnumSource(Model.class)
    void eachModelWithRawDescriptorsServesAFileAndOthersSayWhatDoes(Model model) throws Exception {
        Cell cell = new Cell(model, CopyMode.AUTO);
        assumeTrue(cell.refusal() == null, cell::refusal);
        Sluice sluice =
                settings().machinery(Machinery.defaults().withCell(cell)).build();
        if (cell.sockets() == SocketKind.NIO || cell.sockets() == SocketKind.ASYNC) {
            assertThatThrownBy(sluice::start)
                    .isInstanceOf(BindException.class)
                    .hasMessage("cannot listen on unix:" + socket + " with a model of java.nio;"
                            + " take --model epoll, or another with raw descriptors");
            return;
        }
        try (FileServer server = sluice.start()) {
            assertServes(server);
        }
        assertThat(socket).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(CopyMode.class)
    void eachCopyPathSendsAFile(CopyMode copy) throws Exception {
        Cell cell = new Cell(Model.EPOLL, copy);
        assumeTrue(cell.isPossible() && cell.refusal() == null, cell::refusal);
        Machinery machinery = Machinery.defaults().withCell(cell);
        try (FileServer server = settings().machinery(machinery).build().start()) {
            assertServes(server);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Reactor.class,
            names = {"SINGLE", "WORKERS", "MAIN_SUB"})
    void eachReactorWithOneListenerServesAFile(Reactor reactor) throws Exception {
        Machinery machinery = Machinery.defaults()
                .withCell(new Cell(Model.EPOLL, CopyMode.AUTO))
                .withReactor(reactor);
        try (FileServer server = settings().machinery(machinery).build().start()) {
            assertServes(server);
        }
    }

    @Test
    void severalLoopsCannotShareASocketWithoutAPort() {
        Machinery machinery = Machinery.defaults()
                .withCell(new Cell(Model.EPOLL, CopyMode.AUTO))
                .withReactor(Reactor.REUSE_PORT)
                .withLoops(2);
        assertThatThrownBy(settings().machinery(machinery).build()::start)
                .isInstanceOf(BindException.class)
                .hasMessageContaining("a Unix socket has no SO_REUSEPORT; take another --reactor");
    }

    @Test
    void aPaceIsRefused() {
        Limits paced = Limits.defaults().withPace(1 << 20);
        assertThatThrownBy(settings().limits(paced).build()::start)
                .hasMessage("cannot listen on unix:" + socket
                        + " at a pace: the kernel paces TCP only");
        assertThat(socket).doesNotExist();
    }

    @Test
    void aServerHasPortsAndUnixSocketsAtTheSameTime() throws Exception {
        Sluice sluice = Sluice.builder()
                .root(root)
                .port(0)
                .listen("unix:" + socket, 0)
                .allowHost("files.example")
                .build();
        try (FileServer server = sluice.start()) {
            assertThat(server.addresses().getFirst()).isInstanceOf(InetSocketAddress.class);
            assertThat(server.uri().getPort()).isEqualTo(server.port());
            assertThat(ask()).endsWith(CONTENT);
        }
    }

    @Test
    void aFileThatADeadServerLeftBehindIsReplaced() throws Exception {
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();
        assertThat(socket).exists();
        try (FileServer server = settings().build().start()) {
            assertServes(server);
        }
    }

    @Test
    void theSocketOfAServerThatRunsAndAnyOtherFileStay() throws Exception {
        try (FileServer server = settings().build().start()) {
            assertThatThrownBy(settings().build()::start)
                    .hasMessage(
                            "cannot listen on unix:" + socket + ": a server listens there already");
            assertServes(server);
        }
        Files.writeString(socket, "not a socket");
        assertThatThrownBy(settings().build()::start)
                .hasMessage("cannot listen on unix:" + socket + ": there is a file already");
        assertThat(socket).hasContent("not a socket");
    }

    @Test
    void aServerThatEndsLeavesTheFileOfItsSuccessor() throws Exception {
        FileServer after;
        try (FileServer before = settings().build().start()) {
            assertServes(before);
            Files.delete(socket);
            after = settings().build().start();
        }
        try (after) {
            assertServes(after);
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void aRelativeNameIsThatOfAnAbsolutePath() {
        assertThat(Listen.at("unix:run/http", 0))
                .isEqualTo(UnixDomainSocketAddress.of(Path.of("run/http").toAbsolutePath()));
    }

    @Test
    void whatCannotBeAFileIsRefused() {
        String tooLong = "unix:" + run.resolve("x".repeat(108));
        assertThatThrownBy(Sluice.builder().root(root).host(tooLong).build()::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on " + tooLong + ": ENAMETOOLONG");
        assertThatThrownBy(Sluice.builder().root(root).host("unix:")::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name the file of the socket: unix:FILE");
    }

    @Test
    void whoAsksIsWhomTheProxyBehindTheSocketNames() throws Exception {
        Queue<String> remotes = new ConcurrentLinkedQueue<>();
        AddressSet unix = AddressSet.of(List.of("unix"));
        Sluice sluice = settings()
                .proxies(new TrustedProxies(AddressSet.NONE, unix, ForwardedField.X_FORWARDED_FOR))
                .onResponse(told -> remotes.add(
                        AddressText.of(Objects.requireNonNull(told.remote()).getAddress())))
                .build();
        try (FileServer server = sluice.start()) {
            ask("X-Forwarded-For: 192.0.2.7\r\n");
            Await.equal("responses", remotes::size, 1);
            assertThat(server.drain(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(remotes).containsExactly("192.0.2.7");
    }
}
