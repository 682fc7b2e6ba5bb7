package sluice.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stands between client and server and tears connections where a test wants it. */
final class TearingProxy implements AutoCloseable {
    private static final int BUFFER = 16 << 10;

    private final ServerSocket listener;
    private volatile int server;
    /** Octets that pass towards the client, or the server, for each connection to come. */
    private final Queue<Long> downward = new ConcurrentLinkedQueue<>();

    private final Queue<Long> upward = new ConcurrentLinkedQueue<>();

    TearingProxy(int server) throws IOException {
        this.server = server;
        listener = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** The next connection that is not spoken for is torn after so many octets of the answer. */
    void tearAnswerAfter(long octets) {
        downward.add(octets);
    }

    /** The same of the request. */
    void tearRequestAfter(long octets) {
        upward.add(octets);
    }

    /** Connections to come lead to another server. */
    void lead(int port) {
        server = port;
    }

    HttpUrl url(String path) {
        return HttpUrl.parse("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                Long down = downward.poll();
                Long up = upward.poll();
                Thread.ofVirtual()
                        .start(() -> join(
                                client,
                                up == null ? Long.MAX_VALUE : up,
                                down == null ? Long.MAX_VALUE : down));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket client, long up, long down) {
        try (client;
                Socket onward = new Socket(InetAddress.getLoopbackAddress(), server)) {
            Thread there = Thread.ofVirtual().start(() -> pass(client, onward, up));
            pass(onward, client, down);
            there.join();
        } catch (IOException | InterruptedException gone) {
            // Both are closed now.
        }
    }

    private static void pass(Socket from, Socket to, long most) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            long left = most;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(BUFFER, left));
                if (read < 0) {
                    to.shutdownOutput();
                    return;
                }
                out.write(buffer, 0, read);
                left -= read;
            }
            tear(from);
            // Not torn as well: a reset throws away what this socket has yet to deliver, and the
            // peer would get fewer octets than the test asked for (tcp(7), SO_LINGER of 0).
            to.close();
        } catch (IOException gone) {
            tear(from);
            tear(to);
        }
    }

    private static void tear(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // It is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
