package sluice.io.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** The other end: a plain blocking socket of the JDK's. */
public final class Client implements AutoCloseable {
    /** Only a failure waits so long. */
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private @Nullable InputStream in;
    private @Nullable OutputStream out;

    private Client() throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    private boolean resets = true;

    public static Client connect(SocketAddress address) throws IOException {
        return unconnected().connectTo(address);
    }

    /** One that has its descriptor already. */
    public static Client unconnected() throws IOException {
        return new Client();
    }

    public Client connectTo(SocketAddress address) throws IOException {
        socket.connect(address, PATIENCE_MILLIS);
        return this;
    }

    /** One whose kernel takes few bytes for it while it does not read. */
    public static Client slow(SocketAddress address) throws IOException {
        Client client = new Client();
        client.socket.setReceiveBufferSize(4096);
        return client.connectTo(address);
    }

    public Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Client send(byte[] bytes) throws IOException {
        out().write(bytes);
        return this;
    }

    private OutputStream out() throws IOException {
        return out == null ? socket.getOutputStream() : out;
    }

    /** From now on through an {@link XorLayer}, with the protocol of that letter. */
    public Client underXor(char hello) throws IOException {
        out = XorStreams.out(socket.getOutputStream(), hello);
        in = new BufferedInputStream(XorStreams.in(socket.getInputStream(), hello));
        return this;
    }

    /** For a thread that sends while another reads: what goes wrong shows at the reader. */
    public void sendUnchecked(CharSequence text) {
        try {
            send(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line, without its end. */
    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in().read();
            if (next < 0) {
                throw new EOFException("ended after: " + line);
            }
            if (next == '\n') {
                return line.toString();
            }
            line.append((char) next);
        }
    }

    private InputStream in() throws IOException {
        if (in == null) {
            in = new BufferedInputStream(socket.getInputStream());
        }
        return in;
    }

    public byte[] bytes(int count) throws IOException {
        byte[] bytes = in().readNBytes(count);
        assertThat(bytes).hasSize(count);
        return bytes;
    }

    /** Reads a patterned body in pieces, however long. */
    public Client body(long from, long length) throws IOException {
        for (long at = 0; at < length; ) {
            int piece = (int) Math.min(1 << 16, length - at);
            Patterns.assertBytes(bytes(piece), from + at);
            at += piece;
        }
        return this;
    }

    /** Reads and forgets. */
    public Client drop(long length) throws IOException {
        in().skipNBytes(length);
        return this;
    }

    /** What comes until the peer says that no more does. */
    byte[] rest() throws IOException {
        return in().readAllBytes();
    }

    public void assertEnded() throws IOException {
        assertThat(in().read()).isEqualTo(-1);
    }

    /** A close resets by itself if bytes of ours were not read. */
    private void endOrReset() throws IOException {
        try {
            rest();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /** Of a server that cannot reset when it wants: a torn connection ends early. */
    public Client withoutResets(boolean none) {
        resets = !none;
        return this;
    }

    /** The peer tore the connection before so many bytes had come. */
    public void assertTornWithin(long length) {
        if (!resets) {
            assertThatThrownBy(() -> in().skipNBytes(length)).isInstanceOf(IOException.class);
            return;
        }
        assertThatThrownBy(() -> in().skipNBytes(length))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    /** For a thread that reads until the test resets the connection. */
    public void dropUnchecked() {
        try {
            drop(Long.MAX_VALUE);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("ocket");
        }
    }

    /** The peer tore the connection, whatever bytes still came before that. */
    public void assertTorn() {
        if (!resets) {
            assertThatCode(this::endOrReset).doesNotThrowAnyException();
            return;
        }
        assertThatThrownBy(this::rest)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    public Client finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** A close in the middle of a test. */
    public void hangUp() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
