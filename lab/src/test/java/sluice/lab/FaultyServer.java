package sluice.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback whose answers a test chooses, one connection to a thread. */
final class FaultyServer implements AutoCloseable {
    /** The answer to a request, given its number and its target; null: ends the connection. */
    interface Answer {
        @Nullable
        String to(int number, String target) throws Exception;
    }

    /** A whole answer with a body. */
    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final ServerSocket listener;
    private final Answer answer;

    FaultyServer(Answer answer) throws IOException {
        this.answer = answer;
        listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url(String target) {
        return "http://127.0.0.1:" + listener.getLocalPort() + target;
    }

    /** How often a target was requested. */
    int asked(String target) {
        return asked.getOrDefault(target, new AtomicInteger()).get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            OutputStream out = client.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String target = line.split(" ")[1];
                while (!in.readLine().isEmpty()) {
                    // The fields do not matter.
                }
                asked.computeIfAbsent(target, _ -> new AtomicInteger()).incrementAndGet();
                String bytes = answer.to(numbers.incrementAndGet(), target);
                if (bytes == null) {
                    return;
                }
                out.write(bytes.getBytes(ISO_8859_1));
                if (bytes.contains("Connection: close")) {
                    return;
                }
            }
        } catch (Exception ended) {
            // The client is gone, or the test is over.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
