package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The model signal where the kernel keeps 100 signals at most, and more connections than that
 * become ready at once: while the process is stopped, so that it can take none.
 */
final class SignalOverflowTest {
    private static final String QUEUE = "100";
    private static final List<String> LIMITED =
            List.of("bash", "-c", "ulimit -i " + QUEUE + " && exec \"$@\"", "bash");

    private static final int CONNECTIONS = 200;

    /** Sent from memory, by one call, and by more than a socket holds at once. */
    private static final int[] SIZES = {5, 16_000, 200_000};

    /** Signal 29, as a bit of a mask in /proc. */
    private static final long SIGIO = 1L << 28;

    private static final String LOOP = "sluice-loop-0";
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final List<byte[]> contents = new ArrayList<>();
    private Path root;
    private Path errors;

    /** The server by its own API, which tells what it has counted when it is told to end. */
    static final class Counting {
        private Counting() {}

        public static void main(String[] arguments) throws Exception {
            FileServer server = Sluice.builder()
                    .root(Path.of(arguments[0]))
                    .port(0)
                    .machinery(Machinery.defaults()
                            .withModel(Model.SIGNAL)
                            .withReactor(Reactor.SINGLE))
                    .build()
                    .start();
            System.out.println("Sluice serving it at " + server.uri());
            System.in.read();
            System.out.println("lost " + server.count(Counter.SIGNALS_LOST));
            server.close();
        }
    }

    @BeforeEach
    void plant(@TempDir Path site, @TempDir Path elsewhere) throws Exception {
        String refusal = new Cell(Model.SIGNAL, CopyMode.AUTO).refusal();
        assumeTrue(refusal == null, refusal);
        assumeTrue(canLimit(), "bash(1) cannot limit the queue of signals here");
        root = site;
        errors = elsewhere.resolve("errors");
        for (int size : SIZES) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            Files.write(root.resolve("file" + contents.size()), content);
            contents.add(content);
        }
    }

    private static boolean canLimit() throws InterruptedException {
        try {
            List<String> command =
                    Stream.concat(LIMITED.stream(), Stream.of("true")).toList();
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private byte[] content(int i) {
        return contents.get(i % SIZES.length);
    }

    private static String target(int i) {
        return "/file" + i % SIZES.length;
    }

    /** Lets every connection become ready while the server is stopped, and then it goes on. */
    private void ask(ServeProcess server, List<Download> crowd) throws Exception {
        server.signal("STOP");
        await(server.pid(), LOOP, "State:", state -> state.startsWith("T"));
        for (int i = 0; i < CONNECTIONS; i++) {
            crowd.get(i).ask(target(i));
        }
        await(
                server.pid(),
                LOOP,
                "SigPnd:",
                mask -> (Long.parseUnsignedLong(mask, 16) & SIGIO) != 0);
        server.signal("CONT");
    }

    private static void await(long pid, String thread, String field, Predicate<String> condition)
            throws IOException {
        Path status = task(pid, thread).resolve("status");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String last;
        do {
            assertThat(System.nanoTime()).as("what was hoped of " + field).isLessThan(deadline);
            last = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(field))
                    .findFirst()
                    .orElseThrow()
                    .substring(field.length())
                    .strip();
            LockSupport.parkNanos(1_000_000);
        } while (!condition.test(last));
    }

    private static Path task(long pid, String name) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                    return task;
                }
            }
        }
        throw new AssertionError("no thread is called " + name);
    }

    private static List<Download> connect(ServeProcess server) throws IOException {
        List<Download> crowd = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Download one = Download.begin(server.uri(), "/file0");
            crowd.add(one);
            assertThat(one.finish()).isEqualTo(SIZES[0]);
        }
        return crowd;
    }

    private void expectEveryByte(List<Download> crowd) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            crowd.get(i).readHead();
            assertThat(crowd.get(i).body()).as("answer %d", i).isEqualTo(content(i));
        }
    }

    private static void close(List<Download> crowd) throws IOException {
        for (Download one : crowd) {
            one.close();
        }
    }

    @Test
    void aFullQueueLosesNobodyAndLeavesTheSignalsOfTheJvmAlone() throws Exception {
        String[] arguments = {root.toString(), "--model", "signal", "--reactor", "single"};
        try (ServeProcess server = ServeProcess.start(LIMITED, errors, arguments)) {
            List<Download> crowd = connect(server);
            ask(server, crowd);
            expectEveryByte(crowd);

            server.signal("QUIT");
            assertThat(server.outputUntil("JNI global refs"))
                    .contains("Full thread dump", '"' + LOOP + '"', "SignalPoller.await");
            ask(server, crowd);
            expectEveryByte(crowd);
            close(crowd);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    @Tag("thorough")
    void aFullQueueIsCounted() throws Exception {
        try (ServeProcess server =
                ServeProcess.program(LIMITED, Counting.class, errors, root.toString())) {
            List<Download> crowd = connect(server);
            ask(server, crowd);
            expectEveryByte(crowd);
            close(crowd);
            server.enter();
            assertThat(server.outputUntil("lost ")).matches("lost [1-9]\\d*\n");
            assertThat(server.exitCode()).isZero();
        }
    }
}
