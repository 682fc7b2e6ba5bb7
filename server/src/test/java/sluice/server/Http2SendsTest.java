package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How the frames of HTTP/2 leave: what they share. */
@Timeout(60)
final class Http2SendsTest {
    private static final Setup EPOLL =
            new Setup(new Cell(Model.EPOLL, CopyMode.AUTO), Reactor.SINGLE);
    private static final int SIZE = 8 << 20;
    /** A record of TLS 1.3 with 16 KiB: the type of its content and the tag of the cipher. */
    private static final int FULL_RECORD = 16_384 + 1 + 16;

    private static final int APPLICATION_DATA = 23;
    private static final int RECORD_HEAD = 5;

    private Path root;

    @BeforeEach
    void plant(@TempDir Path folder) throws IOException {
        assumeTrue(EPOLL.cell().refusal() == null, "no epoll here");
        root = folder;
        Files.write(root.resolve("long.bin"), new byte[SIZE]);
    }

    /** Passes one connection on, and keeps the lengths of the records that the server sends. */
    private static final class Tap implements AutoCloseable {
        private final ServerSocket listener =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Integer> records = Collections.synchronizedList(new ArrayList<>());
        private final int server;

        Tap(int server) throws IOException {
            this.server = server;
            Thread.startVirtualThread(this::pass);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void pass() {
            try (Socket client = listener.accept();
                    Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
                Thread.startVirtualThread(() -> {
                    try {
                        client.getInputStream().transferTo(behind.getOutputStream());
                    } catch (IOException e) {
                        // The test has ended.
                    }
                });
                DataInputStream in = new DataInputStream(behind.getInputStream());
                OutputStream out = client.getOutputStream();
                while (true) {
                    byte[] head = in.readNBytes(RECORD_HEAD);
                    if (head.length < RECORD_HEAD) {
                        return;
                    }
                    int length = ByteBuffer.wrap(head).getShort(3);
                    out.write(head);
                    out.write(in.readNBytes(length));
                    if (head[0] == APPLICATION_DATA) {
                        records.add(length);
                    }
                }
            } catch (IOException e) {
                // The test has ended.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @Test
    void overTlsEachFrameOfALongFileIsOneRecord() throws Exception {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        try (FileServer server = EPOLL.serving(root)
                        .tls(TlsSettings.selfSigned())
                        .build()
                        .start();
                Tap tap = new Tap(server.port());
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TrustingClient.context())
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            URI uri = URI.create("https://localhost:" + tap.port() + "/long.bin");
            var answer =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).hasSize(SIZE);
            List<Integer> records = List.copyOf(tap.records);
            long full = records.stream().filter(length -> length == FULL_RECORD).count();
            // A window may end within a frame, and then a socket may be full within a record.
            long least = SIZE / 16_384;
            assertThat(full).isGreaterThan(least * 9 / 10);
            assertThat(records).hasSizeLessThan((int) least * 11 / 10 + 20);
        }
    }
}
