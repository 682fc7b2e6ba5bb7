package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** How the frames of HTTP/2 leave: what they share, and what overtakes what. */
@Timeout(60)
final class Http2SendsTest {
    private static final Setup EPOLL =
            new Setup(new Cell(Model.EPOLL, CopyMode.AUTO), Reactor.SINGLE);
    private static final int SIZE = 8 << 20;
    /** A record of TLS 1.3 with 16 KiB: the type of its content and the tag of the cipher. */
    private static final int FULL_RECORD = 16_384 + 1 + 16;

    private static final int APPLICATION_DATA = 23;
    private static final int RECORD_HEAD = 5;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_OF_BOTH = 5;
    private static final int OTHERS = 5;

    private Path root;

    @BeforeEach
    void plant(@TempDir Path folder) throws IOException {
        assumeTrue(EPOLL.cell().refusal() == null, "no epoll here");
        root = folder;
        Files.write(root.resolve("long.bin"), new byte[SIZE]);
        Files.write(root.resolve("short.bin"), new byte[100]);
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

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static byte[] request(int stream, String target, String priority) {
        byte[] path = target.getBytes(US_ASCII);
        byte[] name = "priority".getBytes(US_ASCII);
        byte[] value = priority.getBytes(US_ASCII);
        byte[] host = "localhost".getBytes(US_ASCII);
        // The static table has GET, http and the names of the others (RFC 7541 appendix A).
        ByteBuffer block = ByteBuffer.allocate(100);
        block.put((byte) 0x82).put((byte) 0x86);
        block.put((byte) 0x04).put((byte) path.length).put(path);
        block.put((byte) 0x01).put((byte) host.length).put(host);
        block.put((byte) 0).put((byte) name.length).put(name);
        block.put((byte) value.length).put(value);
        byte[] octets = new byte[block.position()];
        block.flip().get(octets);
        return frame(HEADERS, END_OF_BOTH, stream, octets);
    }

    /** A socket is full when its loop has answered others and sent nothing there meanwhile. */
    private static void awaitStandstill(FileServer server) throws IOException {
        long before;
        do {
            before = server.count(Counter.BYTES_FROM_FILES);
            for (int i = 0; i < OTHERS; i++) {
                assertThat(RawClient.get(server, "/short.bin").status()).isEqualTo(200);
            }
        } while (before == 0 || server.count(Counter.BYTES_FROM_FILES) > before);
    }

    /**
     * The socket of the client holds what it has room for, and that of the server 128 KiB, three
     * records or frames more, and what is on its way; without TCP_NOTSENT_LOWAT some megabytes.
     */
    @Test
    void anUrgentResponseOvertakesALongOneThatTheClientReadsSlowly() throws Exception {
        try (FileServer server = EPOLL.serving(root).h2c().build().start();
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(32 << 10);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            byte[] window = ByteBuffer.allocate(6)
                    .putShort((short) 4)
                    .putInt(Integer.MAX_VALUE)
                    .array();
            out.write(frame(SETTINGS, 0, 0, window));
            byte[] more = ByteBuffer.allocate(4).putInt(1 << 30).array();
            out.write(frame(WINDOW_UPDATE, 0, 0, more));
            out.write(request(1, "/long.bin", "u=5"));
            awaitStandstill(server);
            out.write(request(3, "/short.bin", "u=0"));
            assertThat(octetsBefore(socket, 3)).isLessThan(768 << 10);
        }
    }

    /** Octets of bodies that come before the head of a stream's response. */
    private static int octetsBefore(Socket socket, int stream) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        int octets = 0;
        while (octets <= SIZE) {
            int lengthAndType = in.readInt();
            in.readByte();
            int of = in.readInt();
            if (of == stream) {
                return octets;
            }
            in.skipNBytes(lengthAndType >>> 8);
            octets += (lengthAndType & 0xFF) == DATA ? lengthAndType >>> 8 : 0;
        }
        throw new EOFException("no response on stream " + stream);
    }
}
