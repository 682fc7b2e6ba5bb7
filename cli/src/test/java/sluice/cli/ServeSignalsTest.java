package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What signals do to {@code sluice serve}, beside the one that ends it. */
final class ServeSignalsTest {
    /** Sparse, and far more than sockets hold. */
    private static final long BIG = 256L << 20;

    private Path root;
    private Path errors;

    @BeforeEach
    void plant(@TempDir Path site, @TempDir Path elsewhere) throws IOException {
        root = site;
        errors = elsewhere.resolve("errors");
        Files.writeString(root.resolve("hello.txt"), "hello");
        try (RandomAccessFile big = new RandomAccessFile(root.resolve("big").toFile(), "rw")) {
            big.setLength(BIG);
        }
    }

    /** As the launcher starts it; other tests have the JVM print its threads by QUIT. */
    private ServeProcess serve() throws IOException {
        return ServeProcess.start(
                List.of("env", "JDK_JAVA_OPTIONS=-Dsluice.quit=drain"), errors, root.toString());
    }

    /** By which containers stop nginx; the JVM would print its threads. */
    @Test
    void itEndsByQuitAsByTerm() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "SIGQUIT is the JVM's here");
        try (ServeProcess server = serve();
                Download big = Download.begin(server.uri(), "/big")) {
            server.signal("QUIT");
            server.awaitWords("waiting for 1 connections to finish");
            assertThat(big.finish()).isEqualTo(BIG);
            assertThat(server.exitCode()).isZero();
        }
    }

    /** Tools attach to a JVM by SIGQUIT, unless it listens for them already. */
    @Test
    void whoLooksAtItsThreadsDoesNotEndIt() throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        assumeTrue(Files.isExecutable(jcmd), "no jcmd beside this java");
        try (ServeProcess server = serve()) {
            Process look = new ProcessBuilder(
                            jcmd.toString(), Long.toString(server.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            String threads = new String(look.getInputStream().readAllBytes(), US_ASCII);
            assertThat(look.waitFor()).as(threads).isZero();
            assertThat(threads).contains("sluice-");
            try (Download hello = Download.begin(server.uri(), "/hello.txt")) {
                assertThat(hello.finish()).isEqualTo(5);
            }
        }
    }

    @Test
    void aHangupReadsTheSettingsAgainAndDoesNotEndIt() throws Exception {
        try (ServeProcess server = serve()) {
            server.signal("HUP");
            server.awaitWords("SIGHUP: the settings were read again; sites: 1");
            server.signal("USR1");
            server.awaitWords("SIGUSR1: there is no access log to reopen");
            try (Download hello = Download.begin(server.uri(), "/hello.txt")) {
                assertThat(hello.finish()).isEqualTo(5);
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }
}
