package sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.Method;
import sluice.server.testing.RawClient;
import sluice.server.testing.ResponseReader;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client that asks for one file again and again, and for nothing of its own. */
final class Repeater implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final byte[] request;
    private final byte[] response;

    Repeater(int port, String target) throws IOException {
        request = RawClient.request("GET", target).getBytes(ISO_8859_1);
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = socket.getInputStream();
        // The second one: the first may be answered by another path, when all is cold.
        ask();
        response = new byte[ask()];
    }

    private int ask() throws IOException {
        socket.getOutputStream().write(request);
        CountingStream counting = new CountingStream(in);
        new ResponseReader(counting).read(Method.GET);
        return counting.count;
    }

    /** One request after the other. */
    void ask(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            socket.getOutputStream().write(request);
            if (in.readNBytes(response, 0, response.length) < response.length) {
                throw new EOFException("closed within a response");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class CountingStream extends InputStream {
        private final InputStream in;
        private int count;

        CountingStream(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException("read by arrays");
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
