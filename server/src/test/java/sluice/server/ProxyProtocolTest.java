package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.ForwardedField;
import sluice.io.AddressSet;
import sluice.io.AddressText;
import sluice.io.Counter;
import sluice.io.testing.ProxyHeads;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A proxy in front that says by the PROXY protocol whose connection it passes on. */
final class ProxyProtocolTest {
    private static final String LINE = "PROXY TCP4 192.0.2.7 10.0.0.1 4097 80\r\n";
    private static final byte[] FOUR = {(byte) 192, 0, 2, 7, 10, 0, 0, 1, 0x10, 0x01, 0, 80};
    private static final String REQUEST = RawClient.request("GET", "/file", "Connection: close");
    private static final int PATIENCE_MILLIS = 30_000;

    @TempDir
    private Path root;

    private final Queue<String> remotes = new ConcurrentLinkedQueue<>();

    static Stream<Setup> setups() {
        return Setup.models();
    }

    /** TLS over each library. */
    static Stream<Setup> secure() {
        return Setup.layered().filter(setup -> setup.tls() != null);
    }

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(root.resolve("file"), "content");
    }

    private static TrustedProxies from(String... addresses) {
        return new TrustedProxies(
                AddressSet.of(List.of(addresses)), AddressSet.NONE, ForwardedField.FORWARDED);
    }

    private Sluice.Builder behind(Setup setup, String... addresses) {
        return setup.serving(root)
                .proxies(from(addresses))
                .onResponse(told -> remotes.add(
                        told.remote() == null ? "nobody" : AddressText.of(told.remote())));
    }

    private static Socket connect(FileServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** Empty if the connection was reset; async-channel may close it in order. */
    private static String answerOrReset(Socket socket) {
        try {
            return answer(socket);
        } catch (IOException e) {
            return "";
        }
    }

    /** Each head and the request behind it, octet by octet. */
    @ParameterizedTest
    @MethodSource("setups")
    void theClientIsTheOneThatTheProxyNames(Setup setup) throws Exception {
        byte[] binary = ProxyHeads.withChecksum(0x21, 0x11, FOUR);
        try (FileServer server = setup.start(behind(setup, "127.0.0.0/8"))) {
            for (byte[] head : List.of(LINE.getBytes(ISO_8859_1), binary)) {
                try (Socket socket = connect(server)) {
                    for (byte octet : ProxyHeads.join(head, REQUEST.getBytes(ISO_8859_1))) {
                        socket.getOutputStream().write(octet);
                    }
                    assertThat(answer(socket)).endsWith("content");
                }
            }
            Await.equal("responses", remotes::size, 2);
            assertThat(remotes).containsOnly("192.0.2.7:4097");
        }
    }

    @ParameterizedTest
    @MethodSource("secure")
    void theProxySaysItBeforeTls(Setup setup) throws Exception {
        byte[] binary = ProxyHeads.withChecksum(0x21, 0x11, FOUR);
        try (FileServer server = setup.start(behind(setup, "127.0.0.1"))) {
            for (byte[] head : List.of(LINE.getBytes(ISO_8859_1), binary)) {
                try (Socket plain = connect(server)) {
                    for (byte octet : head) {
                        plain.getOutputStream().write(octet);
                    }
                    try (Socket socket = TrustingClient.over(plain)) {
                        socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                        assertThat(answer(socket)).endsWith("content");
                    }
                }
            }
            Await.equal("responses", remotes::size, 2);
            assertThat(remotes).containsOnly("192.0.2.7:4097");
            try (Socket plain = connect(server)) {
                assertThatThrownBy(() -> TrustingClient.over(plain))
                        .isInstanceOf(IOException.class);
            }
            Await.equal("refused", () -> server.count(Counter.FAILED_TO_OPEN), 1L);
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void aProxyThatDoesNotSayItIsReset(Setup setup) throws Exception {
        try (FileServer server = setup.start(behind(setup, "127.0.0.1"));
                Socket socket = connect(server)) {
            socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            assertThat(answerOrReset(socket)).isEmpty();
            assertThat(server.count(Counter.FAILED_TO_OPEN)).isEqualTo(1);
            assertThat(server.count(Counter.REQUESTS)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void whoIsNoTrustedProxyCannotSayIt(Setup setup) throws Exception {
        try (FileServer server = setup.start(behind(setup, "192.0.2.0/24"))) {
            try (Socket socket = connect(server)) {
                socket.getOutputStream().write((LINE + REQUEST).getBytes(ISO_8859_1));
                assertThat(answer(socket)).startsWith("HTTP/1.1 400");
            }
            try (Socket socket = connect(server)) {
                socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                assertThat(answer(socket)).endsWith("content");
            }
            Await.equal("responses", remotes::size, 2);
            assertThat(remotes).allMatch(remote -> remote.startsWith("127.0.0.1:"));
        }
    }

    @Test
    void ofTheProxysOwnChecksTheProxyIsTheClient() throws Exception {
        try (FileServer server = behind(Setup.PLAIN, "127.0.0.1").build().start();
                Socket socket = connect(server)) {
            byte[] local = ProxyHeads.binary(0x20, 0, new byte[0]);
            socket.getOutputStream().write(ProxyHeads.join(local, REQUEST.getBytes(ISO_8859_1)));
            assertThat(answer(socket)).endsWith("content");
            Await.equal("responses", remotes::size, 1);
            assertThat(remotes).allMatch(remote -> remote.startsWith("127.0.0.1:"));
        }
    }

    @Test
    void theBoundsOfAClientAreThoseOfTheOneThatTheProxyNames() throws Exception {
        Sluice.Builder settings = behind(Setup.PLAIN, "127.0.0.1").peers(new PeerLimits(1, 0));
        try (FileServer server = settings.build().start();
                Socket first = connect(server);
                Socket second = connect(server);
                Socket other = connect(server)) {
            String keep = RawClient.request("GET", "/file");
            first.getOutputStream().write((LINE + keep).getBytes(ISO_8859_1));
            Await.equal("responses", remotes::size, 1);
            second.getOutputStream().write((LINE + keep).getBytes(ISO_8859_1));
            assertThatThrownBy(() -> answer(second)).isInstanceOf(IOException.class);
            assertThat(server.count(Counter.REFUSED_PEER)).isEqualTo(1);
            other.getOutputStream()
                    .write((LINE.replace(".7", ".8") + REQUEST).getBytes(ISO_8859_1));
            assertThat(answer(other)).endsWith("content");
        }
    }
}
