package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a service manager hears of a server, and what it hands over. */
final class SystemdProcessTest {
    /** Prints each datagram as a line. */
    private static final String LISTENER = """
        use IO::Socket::UNIX; $| = 1;
        my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
        print "listens\\n";
        while (defined $s->recv(my $d, 4096)) { $d =~ s/\\n/ /g; print "$d\\n"; }
        """;
    /** Becomes a command that has a listening socket as its descriptor 3. */
    private static final String ACTIVATION = """
        use Socket; use POSIX ();
        $^F = 9; # no descriptor up to this one is closed on exec
        socket(my $s, %s, SOCK_STREAM, 0) or die $!;
        bind($s, %s) or die $!;
        listen($s, 16) or die $!;
        POSIX::dup2(fileno($s), 3);
        $ENV{LISTEN_FDS} = 1; $ENV{LISTEN_PID} = $$;
        exec @ARGV;
        """;

    private static final String ACTIVATOR =
            ACTIVATION.formatted("PF_INET", "sockaddr_in(0, INADDR_LOOPBACK)");

    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private static void needsPerl() throws Exception {
        boolean is;
        try {
            is = new ProcessBuilder("perl", "-MIO::Socket::UNIX", "-e", "1")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            is = false;
        }
        assumeTrue(is, "no perl to receive datagrams");
    }

    private static void awaitLine(BufferedReader heard, String start) throws IOException {
        String line = heard.readLine();
        while (line != null && !line.startsWith(start)) {
            line = heard.readLine();
        }
        assertThat(line).startsWith(start);
    }

    @Test
    void aServiceManagerHearsOfEachStepAndOfSignsOfLife() throws Exception {
        needsPerl();
        Path socket = elsewhere.resolve("notify");
        Path errors = elsewhere.resolve("errors");
        Process listener = new ProcessBuilder("perl", "-e", LISTENER, socket.toString()).start();
        try (BufferedReader heard = listener.inputReader(StandardCharsets.UTF_8)) {
            assertThat(heard.readLine()).isEqualTo("listens");
            List<String> managed =
                    List.of("env", "NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=200000");
            try (ServeProcess server = ServeProcess.start(managed, errors, root.toString())) {
                awaitLine(heard, "READY=1 STATUS=serves at http://127.0.0.1:");
                awaitLine(heard, "WATCHDOG=1");
                server.signal("HUP");
                awaitLine(heard, "RELOADING=1 MONOTONIC_USEC=");
                awaitLine(heard, "READY=1");
                server.signal("TERM");
                awaitLine(heard, "STOPPING=1");
                assertThat(server.exitCode()).isZero();
            }
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void aServiceManagerHearsWhichProcessHasTakenOver() throws Exception {
        needsPerl();
        Path socket = elsewhere.resolve("notify");
        Process listener = new ProcessBuilder("perl", "-e", LISTENER, socket.toString()).start();
        try (BufferedReader heard = listener.inputReader(StandardCharsets.UTF_8)) {
            assertThat(heard.readLine()).isEqualTo("listens");
            // Confined, as whatever a service manager starts; the directory becomes writable.
            Path run = Files.createDirectory(elsewhere.resolve("run"));
            List<String> managed = List.of("env", "NOTIFY_SOCKET=" + socket);
            String[] control = {
                root.toString(), "--control", run.resolve("control").toString()
            };
            try (ServeProcess before =
                    ServeProcess.start(managed, elsewhere.resolve("errors"), control)) {
                awaitLine(heard, "READY=1 STATUS=serves at http://127.0.0.1:");
                String port = Integer.toString(before.uri().getPort());
                String[] next = {control[0], control[1], control[2], "--take-over", "--port", port};
                try (ServeProcess after = ServeProcess.activated(
                        managed, elsewhere.resolve("errors of the next"), next)) {
                    // The old one says nothing more: it is no longer the service.
                    assertThat(heard.readLine()).isEqualTo("MAINPID=" + after.pid());
                    assertThat(heard.readLine()).startsWith("READY=1 STATUS=serves at ");
                    assertThat(before.exitCode()).isZero();
                    after.signal("TERM");
                    assertThat(heard.readLine()).startsWith("STOPPING=1");
                    assertThat(after.exitCode()).isZero();
                }
            }
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void aSocketThatIsHandedOverIsServed() throws Exception {
        needsPerl();
        Files.writeString(root.resolve("hello.txt"), "hello");
        Path errors = elsewhere.resolve("errors");
        try (ServeProcess server =
                ServeProcess.activated(List.of("perl", "-e", ACTIVATOR), errors, root.toString())) {
            for (int i = 0; i < 2; i++) {
                try (Download hello = Download.begin(server.uri(), "/hello.txt")) {
                    assertThat(hello.finish()).isEqualTo(5);
                }
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void aUnixSocketThatIsHandedOverIsServedAndItsFileStays() throws Exception {
        needsPerl();
        Files.writeString(root.resolve("hello.txt"), "hello");
        Path socket = elsewhere.resolve("http");
        String unix = ACTIVATION.formatted("PF_UNIX", "sockaddr_un('" + socket + "')");
        try (ServeProcess server = ServeProcess.activated(
                List.of("perl", "-e", unix), elsewhere.resolve("errors"), root.toString())) {
            assertThat(UnixClient.get(socket, "/hello.txt")).endsWith("\r\n\r\nhello");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        // The service manager still has the socket, and clients wait in its queue.
        assertThat(socket).exists();
    }

    @Test
    void aPortBesideASocketThatIsHandedOverIsRefused() throws Exception {
        needsPerl();
        Path errors = elsewhere.resolve("errors");
        assertThat(ServeProcess.refused(List.of("perl", "-e", ACTIVATOR), errors, root.toString()))
                .isEqualTo(Exit.USAGE);
        assertThat(Files.readString(errors)).contains("--port has no effect with the socket");
    }

    @Test
    void aDescriptorThatIsNoListeningSocketIsAFailureAtTheStart() throws Exception {
        Path errors = elsewhere.resolve("errors");
        List<String> wrong =
                List.of("sh", "-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\" 3</dev/null", "sh");
        assertThat(ServeProcess.refused(wrong, errors, root.toString())).isEqualTo(Exit.FAILED);
        assertThat(Files.readString(errors)).contains("is no socket that listens at a port");
    }

    @Test
    void whatIsMeantForAnotherProcessIsLeftAlone() throws Exception {
        Systemd other =
                Systemd.of(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "1", "WATCHDOG_USEC", "x"), 2);
        assertThat(other.inherited()).isNull();
        assertThat(other.isManaged()).isFalse();
        assertThat(other.descriptorsEnd()).isEqualTo(3);
    }
}
