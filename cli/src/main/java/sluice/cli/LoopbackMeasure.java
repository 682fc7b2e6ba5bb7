package sluice.cli;

import sluice.io.Machinery;
import sluice.io.Reactor;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Serves files of many sizes to itself over loopback and reads the CPU time of the server's
 * threads. It runs two servers with one loop each: one sends all files from memory, the other none.
 */
final class LoopbackMeasure implements Crossover.Measure, AutoCloseable {
    /** Requests per measurement: take milliseconds, far more than the thread clock's resolution. */
    static final int REQUESTS = 200;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int HEAD_MAX = 4_096;

    private final Path root;
    private final int[] sizes;
    private final Side memory;
    private final Side file;

    /** One server, its threads, and the one connection to it. */
    private static final class Side implements AutoCloseable {
        final FileServer server;
        final Socket client;
        final long[] threads;
        private final byte[] response = new byte[ServedFiles.MEMORY_UP_TO_MAX + HEAD_MAX];

        Side(Path root, int memoryUpTo) throws IOException {
            long[] before = THREADS.getAllThreadIds();
            Arrays.sort(before);
            server = Sluice.builder()
                    .port(0)
                    .machinery(Machinery.defaults().withReactor(Reactor.SINGLE))
                    .files(ServedFiles.in(root).withMemoryUpTo(memoryUpTo))
                    .build()
                    .start();
            client = connect();
            threads = Arrays.stream(THREADS.getAllThreadIds())
                    .filter(id -> Arrays.binarySearch(before, id) < 0)
                    .toArray();
        }

        private Socket connect() throws IOException {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                server.close();
                throw e;
            }
        }

        /** Sends that many requests; returns the CPU time of one response in microseconds. */
        double micros(int size, int times) throws IOException {
            byte[] request = ("GET /" + size + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            int length = ask(request, size);
            long before = time();
            for (int i = 0; i < times; i++) {
                client.getOutputStream().write(request);
                if (client.getInputStream().readNBytes(response, 0, length) < length) {
                    throw new EOFException("the server ended the connection");
                }
            }
            return (time() - before) / 1_000.0 / times;
        }

        /** Sends one request; returns the length of the response, {@code size} of it the body. */
        private int ask(byte[] request, int size) throws IOException {
            client.getOutputStream().write(request);
            InputStream in = client.getInputStream();
            int head = 0;
            while (head < 4 || !endsHead(head)) {
                if (head == HEAD_MAX || in.readNBytes(response, head, 1) < 1) {
                    throw new EOFException("no response");
                }
                head++;
            }
            in.skipNBytes(size);
            return head + size;
        }

        private boolean endsHead(int length) {
            return response[length - 4] == '\r'
                    && response[length - 3] == '\n'
                    && response[length - 2] == '\r'
                    && response[length - 1] == '\n';
        }

        private long time() {
            long sum = 0;
            for (long thread : threads) {
                sum += Math.max(0, THREADS.getThreadCpuTime(thread));
            }
            return sum;
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    LoopbackMeasure(int[] sizes) throws IOException {
        this.sizes = sizes;
        root = Files.createTempDirectory("sluice-calibrate");
        for (int size : sizes) {
            Files.write(root.resolve(String.valueOf(size)), new byte[size]);
        }
        memory = new Side(root, ServedFiles.MEMORY_UP_TO_MAX);
        try {
            file = new Side(root, 0);
        } catch (IOException e) {
            memory.close();
            throw e;
        }
    }

    /** Lets the JIT compiler compile the hot path of both servers before the measurement. */
    void warmUp(int rounds) {
        for (int i = 0; i < rounds; i++) {
            for (int size : sizes) {
                micros(true, size);
                micros(false, size);
            }
        }
    }

    @Override
    public double micros(boolean fromMemory, int size) {
        try {
            return (fromMemory ? memory : file).micros(size, REQUESTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Model, copy path and loops of the measured servers. */
    String description() {
        return memory.server.description();
    }

    @Override
    public void close() throws IOException {
        memory.close();
        file.close();
        for (int size : sizes) {
            Files.deleteIfExists(root.resolve(String.valueOf(size)));
        }
        Files.deleteIfExists(root);
    }
}
