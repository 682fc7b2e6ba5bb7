package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.ForwardedField;
import sluice.io.AddressSet;
import sluice.io.AddressText;
import sluice.io.TlsSettings;
import sluice.server.testing.Await;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** HAProxy in front, which says who its clients are in each way that it knows. */
@Tag("thorough")
final class HaproxyTest {
    private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");
    private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.77");
    private static final String REQUEST =
            "GET /file HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.66\r\n"
                    + "Connection: close\r\n\r\n";
    private static final int PATIENCE_MILLIS = 30_000;

    @TempDir
    private Path root;

    @TempDir
    private Path own;

    private final Queue<String> remotes = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void plant() throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "HAProxy is not installed");
        Files.writeString(root.resolve("file"), "content");
    }

    /** An HAProxy that passes connections on; its port is free until it listens. */
    private record Proxy(Process process, int port) implements AutoCloseable {
        static Proxy start(Path own, String mode, int server, String options) throws Exception {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Path settings = Files.writeString(
                    own.resolve("haproxy.cfg"), """
                        defaults
                            mode %s
                            timeout connect 10s
                            timeout client 30s
                            timeout server 30s
                        frontend in
                            bind 127.0.0.1:%d
                            default_backend out
                        backend out
                            server sluice 127.0.0.1:%d %s
                        """.formatted(mode, port, server, options));
            Process process = new ProcessBuilder(
                            PROGRAM.toString(), "-db", "-f", settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(own.resolve("haproxy.log").toFile())
                    .start();
            Await.until("HAProxy listens", () -> listens(port));
            return new Proxy(process, port);
        }

        private static boolean listens(int port) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }

        Socket connect() throws IOException {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(CLIENT, 0));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        }

        @Override
        public void close() {
            process.destroy();
            try {
                process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Sluice.Builder behind(TrustedProxies proxies) {
        return Setup.PLAIN
                .serving(root)
                .allowHost("localhost")
                .proxies(proxies)
                .onResponse(told -> remotes.add(
                        AddressText.of(Objects.requireNonNull(told.remote()).getAddress())));
    }

    private static AddressSet loopback() {
        return AddressSet.of(List.of("127.0.0.1"));
    }

    private static TrustedProxies byConnection() {
        return new TrustedProxies(loopback(), AddressSet.NONE, ForwardedField.X_FORWARDED_FOR);
    }

    private void assertServed(Socket socket) throws Exception {
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200")
                .endsWith("content");
        Await.equal("responses", remotes::size, 1);
        assertThat(remotes).containsExactly("127.0.0.77");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send-proxy",
                "send-proxy-v2",
                "send-proxy-v2 proxy-v2-options crc32c,unique-id"
            })
    void byTheProxyProtocol(String options) throws Exception {
        try (FileServer server = behind(byConnection()).build().start();
                Proxy proxy = Proxy.start(own, "tcp", server.port(), options);
                Socket socket = proxy.connect()) {
            assertServed(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void byTheProxyProtocolBeforeTls(String options) throws Exception {
        Sluice.Builder settings = behind(byConnection()).tls(TlsSettings.selfSigned());
        try (FileServer server = settings.build().start();
                Proxy proxy = Proxy.start(own, "tcp", server.port(), options);
                Socket socket = TrustingClient.over(proxy.connect())) {
            assertServed(socket);
        }
    }

    /** HAProxy adds the address that it saw behind what the client wrote. */
    @ParameterizedTest
    @ValueSource(strings = "http\n    option forwardfor")
    void byTheFieldOfEachRequest(String mode) throws Exception {
        TrustedProxies proxies =
                new TrustedProxies(AddressSet.NONE, loopback(), ForwardedField.X_FORWARDED_FOR);
        try (FileServer server = behind(proxies).build().start();
                Proxy proxy = Proxy.start(own, mode, server.port(), "");
                Socket socket = proxy.connect()) {
            assertServed(socket);
        }
    }
}
