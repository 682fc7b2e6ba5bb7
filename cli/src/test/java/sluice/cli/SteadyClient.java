package sluice.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A client that asks for the same thing again and again on connections that stay open, and takes
 * every response apart: one that is cut short or late, or has another status, is a failure. It goes
 * to another connection only where the server has announced the end of the one it has.
 */
final class SteadyClient implements Runnable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");
    private static final Pattern CLOSE = Pattern.compile("(?i)\r\nconnection: close\r\n");
    private static final int HEAD_MAX = 16 << 10;
    /** Then another connection, for which the server must still be there. */
    private static final int ON_ONE_CONNECTION = 50;

    private final URI server;
    private final SocketFactory sockets;
    private final AtomicLong answers;
    private final Queue<String> failures;
    private volatile boolean over;

    private SteadyClient(
            URI server, SocketFactory sockets, AtomicLong answers, Queue<String> failures) {
        this.server = server;
        this.sockets = sockets;
        this.answers = answers;
        this.failures = failures;
    }

    /** One request on a connection of its own: head and body. */
    static String get(URI server, String host, String path) throws IOException {
        try (Socket socket = connect(server, factory(server))) {
            String head =
                    "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Whom the certificate of a server is for. */
    static String subject(URI server) throws IOException {
        try (SSLSocket socket = (SSLSocket) connect(server, factory(server))) {
            X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return own.getSubjectX500Principal().getName();
        }
    }

    private static Socket connect(URI server, SocketFactory sockets) throws IOException {
        Socket socket = sockets.createSocket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), PATIENCE_MILLIS);
        return socket;
    }

    private static SocketFactory factory(URI server) throws IOException {
        if (!server.getScheme().equals("https")) {
            return SocketFactory.getDefault();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Whoever it is. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Several at once, half of them with a file that does not fit into a socket. */
    static Several several(URI server) throws IOException {
        return new Several(server);
    }

    /** Their threads. */
    static final class Several implements AutoCloseable {
        private static final int COUNT = 4;
        /** Requests between two disturbances. */
        private static final int MORE = 20;

        private final AtomicLong answers = new AtomicLong();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final List<SteadyClient> clients = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Several(URI server) throws IOException {
            for (int i = 0; i < COUNT; i++) {
                clients.add(new SteadyClient(server, factory(server), answers, failures));
            }
            clients.forEach(client -> threads.add(Thread.ofPlatform().start(client)));
        }

        /** Waits until more requests were answered, or one has failed. */
        void awaitMore() {
            long now = answers.get();
            while (answers.get() < now + MORE && failures.isEmpty()) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        /** Ends them; what went wrong. */
        List<String> failures() {
            close();
            return List.copyOf(failures);
        }

        long answers() {
            return answers.get();
        }

        @Override
        public void close() {
            clients.forEach(client -> client.over = true);
            threads.forEach(SteadyClient::join);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        int connections = 0;
        try {
            while (!over) {
                connections++;
                try (Socket socket = connect(server, sockets)) {
                    askOn(socket);
                }
            }
        } catch (IOException | RuntimeException e) {
            failures.add(e + " on connection " + connections + " after " + answers + " answers");
        }
    }

    private void askOn(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        boolean goesOn = true;
        for (int i = 0; goesOn && i < ON_ONE_CONNECTION && !over; i++) {
            String path = i % 2 == 0 ? "/color" : "/index.html";
            String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            goesOn = answered(in);
            answers.incrementAndGet();
        }
    }

    /** Reads one response; whether another may be asked for. */
    private boolean answered(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0 || head.length() > HEAD_MAX) {
                throw new EOFException("within a head: '" + head + "'");
            }
            head.append((char) octet);
        }
        Matcher length = LENGTH.matcher(head);
        if (!head.toString().startsWith("HTTP/1.1 200 ") || !length.find()) {
            throw new IOException("unexpected: " + head);
        }
        byte[] body = new byte[Integer.parseInt(length.group(1))];
        in.readFully(body);
        byte first = body[0];
        String color = first == 'r' ? "red" : "blue";
        for (int i = 0; i < body.length; i++) {
            if (body[i] != color.charAt(i % color.length())) {
                throw new IOException("the body is a mixture at octet " + i);
            }
        }
        return !CLOSE.matcher(head).find();
    }
}
