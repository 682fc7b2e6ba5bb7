package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;

/** A download that is read no faster than the test says. */
final class Download implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private long length;

    private Download(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
    }

    /** Sends the request and reads the head of the answer. */
    static Download begin(URI server, String target) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        Download download = new Download(socket);
        download.next(target);
        return download;
    }

    /** Asks for another file on the same connection and reads the head of the answer. */
    void next(String target) throws IOException {
        ask(target);
        readHead();
    }

    /** Asks, and does not wait for the answer. */
    void ask(String target) throws IOException {
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(US_ASCII));
    }

    void readHead() throws IOException {
        length = Long.parseLong(header("Content-Length: "));
    }

    private String header(String prefix) throws IOException {
        StringBuilder head = new StringBuilder();
        DataInputStream bytes = new DataInputStream(in);
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) bytes.readUnsignedByte());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 200 ").contains(prefix);
        int from = head.indexOf(prefix) + prefix.length();
        return head.substring(from, head.indexOf("\r\n", from));
    }

    long length() {
        return length;
    }

    /** All of the body, or what came of it. */
    byte[] body() throws IOException {
        return in.readNBytes(Math.toIntExact(length));
    }

    /** Reads to the end, whoever brings it about; how many bytes came. */
    long finish() {
        byte[] buffer = new byte[1 << 16];
        long count = 0;
        try {
            while (count < length) {
                int read = in.read(buffer);
                if (read < 0) {
                    break;
                }
                count += read;
            }
            return count;
        } catch (IOException torn) {
            return count;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
