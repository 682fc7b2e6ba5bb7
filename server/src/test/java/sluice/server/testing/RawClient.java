package sluice.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.Method;
import sluice.io.testing.XorStreams;
import sluice.server.FileServer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client that sends exactly the bytes it is given, and believes nothing. */
public final class RawClient implements AutoCloseable {
    /** The host that requests of tests name. */
    public static final String HOST = "h";

    /** What takes longer is a hang. */
    private static final int PATIENCE_MILLIS = 30_000;
    /** So small that the server soon has to wait for us. */
    private static final int SMALL_BUFFER = 16 << 10;

    /** Under TLS that below it. */
    private final Socket plain;

    private final Socket socket;
    private final OutputStream out;
    private final ResponseReader reader;

    private RawClient(Socket connected, FileServer server) throws IOException {
        connected.setSoTimeout(PATIENCE_MILLIS);
        connected.setTcpNoDelay(true);
        plain = connected;
        socket = server.fingerprint() == null ? connected : TrustingClient.over(connected);
        boolean layered = server.description().contains("layer xor");
        OutputStream bare = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        out = layered ? XorStreams.out(bare, 'h') : bare;
        reader = new ResponseReader(layered ? XorStreams.in(in, 'h') : in);
    }

    public static RawClient of(FileServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        return new RawClient(socket, server);
    }

    /** One whose kernel takes few bytes before it has read them. */
    public static RawClient slow(FileServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        return new RawClient(socket, server);
    }

    /** One request on a connection of its own. */
    public static ReceivedResponse get(FileServer server, String target, String... lines)
            throws IOException {
        try (RawClient client = of(server)) {
            return client.get(target, lines);
        }
    }

    /** A request of HTTP/1.1 with these field lines, without CR LF. */
    public static String request(String method, String target, String... lines) {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: h\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    public ReceivedResponse get(String target, String... lines) throws IOException {
        return send(request("GET", target, lines)).read();
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    public ReceivedResponse read() throws IOException {
        return read(Method.GET);
    }

    public ReceivedResponse read(Method method) throws IOException {
        return reader.read(method);
    }

    public ResponseReader reader() {
        return reader;
    }

    /** FIN: the server finds the end of our requests. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** The server has nothing more to say, and has ended its side in order. */
    public void expectEnd() throws IOException {
        assertThat(reader.readRest()).isEmpty();
    }

    /** Ends by RST, as a process that was killed with unread bytes does. */
    public void reset() throws IOException {
        try {
            plain.setSoLinger(true, 0);
        } catch (SocketException e) {
            throw new IOException("the server was faster", e);
        }
        plain.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
