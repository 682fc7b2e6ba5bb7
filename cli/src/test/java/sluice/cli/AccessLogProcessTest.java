package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** {@code sluice serve --access-log}: what is in the file when the process has ended. */
final class AccessLogProcessTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @Test
    void whatWasAnsweredIsInTheLogWhenTheServerHasEnded(@TempDir Path root, @TempDir Path elsewhere)
            throws Exception {
        Files.writeString(root.resolve("hello.txt"), "hello");
        Files.write(root.resolve("big"), new byte[100_000]);
        Path log = elsewhere.resolve("access.log");
        try (ServeProcess server = ServeProcess.start(
                elsewhere.resolve("errors"), root.toString(), "--access-log", log.toString())) {
            for (String target : List.of("/hello.txt", "/big", "/nothing")) {
                server.uri()
                        .resolve(target)
                        .toURL()
                        .openConnection()
                        .getHeaderField("Content-Length");
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            List<String> lines = Files.readAllLines(log);
            assertThat(lines)
                    .hasSize(3)
                    .allMatch(line -> line.contains("\"remote\":\"127.0.0.1\""));
            // Of two loops either may come to its line first.
            assertThat(lines)
                    .anyMatch(line -> line.contains("\"target\":\"/hello.txt\"")
                            && line.contains("\"bytes\":5,")
                            && line.contains("\"path\":\"memory\""))
                    .anyMatch(line -> line.contains("\"target\":\"/big\""))
                    .anyMatch(line -> line.contains("\"status\":404"));
            assertThat(server.errors()).doesNotContain("lost");
        }
    }

    @Test
    void onUsr1ItOpensTheLogByItsNameAgain(@TempDir Path root, @TempDir Path elsewhere)
            throws Exception {
        Path log = elsewhere.resolve("access.log");
        try (ServeProcess server = ServeProcess.start(
                elsewhere.resolve("errors"), root.toString(), "--access-log", log.toString())) {
            Files.move(log, elsewhere.resolve("access.log.1"));
            server.signal("USR1");
            await(() -> Files.exists(log));
            assertThat(server.errors()).contains("SIGUSR1: reopening the access log");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Opening one for writing waits until another program opens it for reading (fifo(7)). */
    @Test
    void aFifoThatNobodyReadsHoldsUpNeitherTheStartNorAnAnswer(
            @TempDir Path root, @TempDir Path elsewhere) throws Exception {
        Path fifo = elsewhere.resolve("fifo");
        int made = new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
        assumeTrue(made == 0, "no FIFOs here");
        Files.writeString(root.resolve("hello.txt"), "hello");
        try (ServeProcess server = ServeProcess.start(
                elsewhere.resolve("errors"), root.toString(), "--access-log", fifo.toString())) {
            // Together more than a pipe holds (64 KiB, pipe(7)).
            for (int i = 0; i < 300; i++) {
                try (Download hello = Download.begin(server.uri(), "/hello.txt")) {
                    assertThat(hello.finish()).isEqualTo(5);
                }
            }
            try (BufferedReader reader = Files.newBufferedReader(fifo)) {
                assertThat(reader.readLine()).contains("\"target\":\"/hello.txt\"");
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void aSocketIsNoLog(@TempDir Path root) throws Exception {
        Path socket = root.resolve("socket");
        Path errors = root.resolve("errors");
        try (ServerSocketChannel listening =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            assertThat(ServeProcess.refused(
                            List.of(), errors, root.toString(), "--access-log", socket.toString()))
                    .isEqualTo(Exit.FAILED);
        }
        assertThat(Files.readString(errors)).contains("access log", socket + " is a socket");
    }

    @Test
    void aLogThatCannotBeWrittenIsAFailureAtTheStart(@TempDir Path root) throws Exception {
        Path errors = root.resolve("errors");
        assertThat(ServeProcess.refused(
                        List.of(), errors, root.toString(), "--access-log", "/nowhere/at/all"))
                .isEqualTo(Exit.FAILED);
        assertThat(Files.readString(errors)).contains("access log", "/nowhere/at/all");
    }
}
