package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Setup;
import sluice.server.testing.TrustingClient;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** What one more request by HTTP/2 for a file that is known allocates. */
@Tag("allocations")
final class Http2HotPathTest {
    private static final Setup EPOLL =
            new Setup(new Cell(Model.EPOLL, CopyMode.AUTO), Reactor.SINGLE);
    /** Bytes of a NativeMemorySegmentImpl, which the JDK may make for errno in each call. */
    private static final long SLICE = 40;

    private static final int BATCH = 5_000;
    /** By then the compiler has seen the loop often enough to do away with what never escapes. */
    private static final int BATCHES_MAX = 60;

    private static final int END_STREAM = 1;
    private static final int HEADERS = 1;
    private static final int END_HEADERS = 4;

    private Path root;

    @BeforeEach
    void plant(@TempDir Path folder) throws IOException {
        assumeTrue(EPOLL.cell().refusal() == null, "no epoll here");
        root = folder;
        Files.write(root.resolve("memory.bin"), new byte[1_000]);
        Files.write(root.resolve("region.bin"), new byte[100_000]);
    }

    /** A client that asks for one file again and again. */
    private static final class Asking implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;
        private final ByteBuffer request;
        private int stream = 1;

        Asking(int port, String target, boolean secure) throws IOException {
            Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
            socket = secure ? secured(plain) : plain;
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            out = new DataOutputStream(socket.getOutputStream());
            ByteBuffer begin = ByteBuffer.allocate(100);
            begin.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            begin.putInt(6 << 8 | 4).put((byte) 0).putInt(0);
            begin.putShort((short) 4).putInt(Integer.MAX_VALUE);
            begin.putInt(4 << 8 | 8).put((byte) 0).putInt(0).putInt(Integer.MAX_VALUE - 65_535);
            out.write(begin.array(), 0, begin.position());
            byte[] path = target.getBytes(US_ASCII);
            byte[] host = "localhost".getBytes(US_ASCII);
            int length = 2 + 2 + path.length + 2 + host.length;
            request = ByteBuffer.allocate(9 + length);
            request.putInt(length << 8 | HEADERS)
                    .put((byte) (END_HEADERS | END_STREAM))
                    .putInt(0);
            // The static table has GET, http and the names of the others (RFC 7541 appendix A).
            request.put((byte) 0x82).put((byte) 0x86);
            request.put((byte) 0x04).put((byte) path.length).put(path);
            request.put((byte) 0x01).put((byte) host.length).put(host);
        }

        private static Socket secured(Socket plain) throws IOException {
            SSLSocket socket = (SSLSocket) TrustingClient.context()
                    .getSocketFactory()
                    .createSocket(plain, "localhost", plain.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        }

        void ask(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                out.write(request.putInt(5, stream).array());
                boolean ended = false;
                while (!ended) {
                    int length = in.readInt() >>> 8;
                    int flags = in.readUnsignedByte();
                    int of = in.readInt();
                    in.skipNBytes(length);
                    ended = of == stream && (flags & END_STREAM) != 0;
                }
                stream += 2;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void aFileFromMemoryIsSentWithNoAllocationButTheJdksOwn() throws IOException {
        long slices = 2 * SLICE;
        assertThat(allocatedPerRequest("/memory.bin", slices, false)).isLessThanOrEqualTo(slices);
    }

    /** Each of seven frames takes a read, each 64 KiB a send and a question for the version. */
    @Test
    void aFileByRegionIsSentWithNoAllocationButTheJdksOwn() throws IOException {
        long slices = (7 + 2 * 2 + 2) * SLICE;
        assertThat(allocatedPerRequest("/region.bin", slices, false)).isLessThanOrEqualTo(slices);
    }

    /** A call of libssl takes a slice as a system call does, and so does asking for its error. */
    @Test
    void overTlsAFileFromMemoryIsSentWithNoAllocationButTheJdksOwn() throws IOException {
        assumeTrue(OpenSsl.refusal() == null, "no libssl here");
        long slices = 8 * SLICE;
        assertThat(allocatedPerRequest("/memory.bin", slices, true)).isLessThanOrEqualTo(slices);
    }

    @Test
    void overTlsARecordIsSentWithNoAllocationButTheJdksOwn() throws IOException {
        assumeTrue(OpenSsl.refusal() == null, "no libssl here");
        long slices = (7 + 2 * 7 + 2 + 8) * SLICE;
        assertThat(allocatedPerRequest("/region.bin", slices, true)).isLessThanOrEqualTo(slices);
    }

    /** Bytes, as soon as they are few enough; or when the compiler has had its time. */
    private long allocatedPerRequest(String target, long fewEnough, boolean secure)
            throws IOException {
        Sluice.Builder site = EPOLL.serving(root);
        Sluice sluice = (secure ? site.tls(TlsSettings.selfSigned()) : site.h2c()).build();
        try (FileServer server = sluice.start()) {
            long perRequest = Long.MAX_VALUE;
            for (int i = 0; i < BATCHES_MAX && perRequest > fewEnough; i++) {
                try (Asking client = new Asking(server.port(), target, secure)) {
                    client.ask(100);
                    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                    long loop = loopThread();
                    long before = threads.getThreadAllocatedBytes(loop);
                    client.ask(BATCH);
                    perRequest = (threads.getThreadAllocatedBytes(loop) - before) / BATCH;
                }
            }
            return perRequest;
        }
    }

    private static long loopThread() {
        var threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals("sluice-loop-0"))
                .mapToLong(ThreadInfo::getThreadId)
                .findFirst()
                .orElseThrow();
    }
}
