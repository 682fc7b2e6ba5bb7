package sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that does what a test tells it, one request on each connection. */
final class TinyServer implements AutoCloseable {
    /** What becomes of one request. */
    @FunctionalInterface
    interface Reply {
        void to(String head, InputStream in, OutputStream out) throws IOException;
    }

    /** Ends the connection with RST. */
    static final class Tear extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** A client that has its answer closes well before. */
    private static final int DRAIN_MS = 10_000;

    final List<String> heads = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Queue<Reply> replies;

    private TinyServer(ServerSocket listener, Reply... replies) {
        this.listener = listener;
        this.replies = new ArrayDeque<>(List.of(replies));
        Thread.ofVirtual().start(this::serve);
    }

    /** One for so many connections; further ones are closed at once. */
    static TinyServer of(Reply... replies) throws IOException {
        return new TinyServer(new ServerSocket(0, 9, InetAddress.getLoopbackAddress()), replies);
    }

    /** A reply of these octets, whatever was asked. */
    static Reply saying(String octets) {
        return (head, in, out) -> out.write(octets.getBytes(ISO_8859_1));
    }

    HttpUrl url(String path) {
        return HttpUrl.parse("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    private void serve() {
        while (true) {
            try (Socket socket = listener.accept()) {
                Reply reply = replies.poll();
                if (reply != null) {
                    serve(socket, reply);
                }
            } catch (Tear e) {
                // Was closed with RST.
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    private void serve(Socket socket, Reply reply) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return;
            }
            head.append((char) octet);
        }
        heads.add(head.toString());
        try {
            reply.to(head.toString(), in, socket.getOutputStream());
            socket.shutdownOutput();
            drain(socket);
        } catch (Tear e) {
            socket.setSoLinger(true, 0);
            throw e;
        }
    }

    /**
     * Reads what the client still sends until it closes: a socket that is closed with unread
     * octets sends RST, and that erases an answer the client has not read yet.
     */
    private static void drain(Socket socket) throws IOException {
        socket.setSoTimeout(DRAIN_MS);
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
