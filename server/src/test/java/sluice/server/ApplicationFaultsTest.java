package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Counter;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An application that is not there, or answers what it should not, or not at all. */
final class ApplicationFaultsTest {
    @TempDir
    private Path root;

    @TempDir
    private Path files;

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(root.resolve("public.txt"), "public");
        Files.writeString(files.resolve("a note.txt"), "private");
    }

    private Sluice.Builder asking(SocketAddress address) {
        Rules rules = Rules.NONE.withApplications(List.of(new AppRule("/app", address, files)));
        return Setup.PLAIN.serving(root).files(ServedFiles.in(root).withRules(rules));
    }

    @Test
    void anApplicationThatIsNotThereIsUnavailable() throws Exception {
        Path nothing = files.resolve("no.sock");
        InetSocketAddress free;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort());
        }
        for (SocketAddress address : List.of(free, UnixDomainSocketAddress.of(nothing))) {
            try (FileServer server = asking(address).build().start()) {
                ReceivedResponse response = RawClient.get(server, "/app/y");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.field("Retry-After")).isEqualTo("1");
            }
        }
    }

    /** Answers each connection with the same octets, after it has read a request. */
    private static final class Canned implements AutoCloseable {
        private final ServerSocketChannel listener;

        Canned(ServerSocketChannel listener, String... answers) {
            this.listener = listener;
            Thread.ofVirtual().start(() -> {
                for (String answer : answers) {
                    try (SocketChannel accepted = listener.accept()) {
                        accepted.read(ByteBuffer.allocate(1 << 14));
                        Channels.newOutputStream(accepted).write(answer.getBytes(ISO_8859_1));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @Test
    void anAnswerThatIsNoneIsABadGateway() throws Exception {
        String[] answers = {
            "",
            "HTTP/1.1 200 OK\r\nX: ",
            "nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000) + "\r\n\r\n",
        };
        ServerSocketChannel listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (Canned canned = new Canned(listener, answers);
                FileServer server = asking(listener.getLocalAddress()).build().start()) {
            assertThat(canned).isNotNull();
            for (String answer : answers) {
                assertThat(RawClient.get(server, "/app/y").status()).as(answer).isEqualTo(502);
            }
        }
    }

    @Test
    void aUnixSocketAnswersAsWellAndEndsItsBodyByClosing() throws Exception {
        Path socket = files.resolve("app.sock");
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
        String[] answers = {
            "HTTP/1.1 103 Early Hints\r\n"
                    + "Link: x\r\n\r\n"
                    + "HTTP/1.0 200 OK\r\n"
                    + "X: y\r\n\r\n"
                    + "until the end",
            "HTTP/1.1 200\r\nx-sluice-send: /a%20note.txt\r\nContent-Length: 100\r\n\r\n",
        };
        try (Canned canned = new Canned(listener, answers);
                FileServer server =
                        asking(UnixDomainSocketAddress.of(socket)).build().start()) {
            assertThat(canned).isNotNull();
            assertThat(RawClient.get(server, "/app/y").text()).isEqualTo("until the end");
            assertThat(RawClient.get(server, "/app/y").text()).isEqualTo("private");
        }
    }

    @Test
    void aBodyThatBreaksOffIsReset() throws Exception {
        ServerSocketChannel listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        String half = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(50_000);
        try (Canned canned = new Canned(listener, half);
                FileServer server = asking(listener.getLocalAddress()).build().start()) {
            assertThat(canned).isNotNull();
            assertThatThrownBy(() -> RawClient.get(server, "/app/y"))
                    .isInstanceOf(IOException.class);
            Await.equal("broken off", () -> server.count(Counter.APPLICATIONS_BROKE_OFF), 1L);
        }
    }

    /** The application waits for its clients to leave. */
    @Test
    void whileAnApplicationIsSlowOthersAreServedAndAClientMayLeave() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                FileServer server =
                        asking(silent.getLocalSocketAddress()).build().start()) {
            try (RawClient waiting = RawClient.of(server)) {
                waiting.send(RawClient.request("GET", "/app/y"));
                try (Socket asked = silent.accept()) {
                    assertThat(RawClient.get(server, "/public.txt").text()).isEqualTo("public");
                    byte[] line = asked.getInputStream().readNBytes(19);
                    assertThat(new String(line, ISO_8859_1)).isEqualTo("GET /app/y HTTP/1.1");
                    waiting.reset();
                    asked.getInputStream().readAllBytes();
                }
            }
            Await.equal("connections", server::connections, 0);
        }
    }
}
