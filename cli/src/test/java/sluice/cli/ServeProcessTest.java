package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** {@code sluice serve} as a process: how it says that it is ready, and how it ends. */
final class ServeProcessTest {
    /** Sparse, and far more than sockets hold. */
    private static final long BIG = 256L << 20;

    /** Not kept in memory. */
    private static final int SMALLER = 20_000;

    /** A JVM that is told that it runs on another system: system calls are not available. */
    private static final List<String> ELSEWHERE =
            List.of("env", "JDK_JAVA_OPTIONS=-Dos.name=Elsewhere");

    /** More than there are descriptors, fewer than wait to be accepted. */
    private static final int OTHERS = 200;

    private static final int FEW = 20;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int SIGINT = 2;
    private static final int KILLED_BY_SIGTERM = 143;

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

    private ServeProcess serve(String... options) throws IOException {
        String[] arguments = new String[options.length + 1];
        arguments[0] = root.toString();
        System.arraycopy(options, 0, arguments, 1, options.length);
        return ServeProcess.start(errors, arguments);
    }

    @Test
    void namesAreBelievedAndSiblingsSentAsTheOptionsSay() throws Exception {
        Path sibling = root.resolve("hello.txt.gz");
        try (ServeProcess server = serve("--fresh", "0", "--no-siblings")) {
            for (String content : List.of("one", "three")) {
                Files.writeString(root.resolve("hello.txt"), content);
                try (var gzip = new GZIPOutputStream(Files.newOutputStream(sibling))) {
                    gzip.write(content.getBytes(StandardCharsets.UTF_8));
                }
                var request = server.uri().resolve("/hello.txt").toURL().openConnection();
                request.setRequestProperty("Accept-Encoding", "gzip");
                assertThat(request.getInputStream()).hasContent(content);
            }
        }
    }

    private static void awaitRefusal(ServeProcess server) throws IOException {
        while (true) {
            try (Download again = Download.begin(server.uri(), "/hello.txt")) {
                assertThat(again.length()).isEqualTo(5);
            } catch (IOException closed) {
                if (closed instanceof ConnectException) {
                    return;
                }
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "selector", "blocking", "virtual"})
    void itServesUntilItIsTermedAndFinishesWhatItHasBegun(String model) throws Exception {
        try (ServeProcess server = serve("--model", model)) {
            assertThat(server.directory()).isEqualTo(root.toString());
            assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
            try (Download big = Download.begin(server.uri(), "/big")) {
                server.signal("TERM");
                server.awaitWords("waiting for 1 connections to finish");
                awaitRefusal(server);
                assertThat(server.isAlive()).isTrue();

                assertThat(big.finish()).isEqualTo(BIG);
            }
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void itTellsTheWholePathOfWhatItServes() throws Exception {
        Path here = Path.of("").toAbsolutePath().relativize(root);
        try (ServeProcess server = ServeProcess.start(errors, here + "/.")) {
            assertThat(Path.of(server.directory())).isAbsolute().isEqualTo(root.toRealPath());
        }
    }

    /** Where the libraries of brotli and zstd cannot be unpacked: read-only or hardened hosts. */
    @Test
    void withoutTheCodecsItCompressesByGzipAndSaysSo() throws Exception {
        Path cache = errors.resolveSibling("cache");
        List<String> nowhere =
                List.of("env", "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + errors + "/nowhere");
        String[] arguments = {root.toString(), "--compress", "--compress-cache", cache.toString()};
        Files.writeString(root.resolve("a.js"), "all work and no play ".repeat(1_000));
        try (ServeProcess server = ServeProcess.start(nowhere, errors, arguments)) {
            assertThat(server.errors().lines().filter(line -> line.contains("without a content")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("java.io.tmpdir"));
            URL script = server.uri().resolve("/a.js").toURL();
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            String coding = null;
            while (coding == null) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                URLConnection asked = script.openConnection();
                asked.setRequestProperty("Accept-Encoding", "br, zstd, gzip");
                coding = asked.getHeaderField("Content-Encoding");
                LockSupport.parkNanos(5_000_000);
            }
            assertThat(coding).isEqualTo("gzip");
        }
    }

    @Test
    void itEndsByInterruptionAsWell() throws Exception {
        try (ServeProcess server = serve()) {
            assumeFalse(ignoresInterruption(server), "SIGINT is ignored by whoever started us");
            server.signal("INT");

            assertThat(server.exitCode()).isZero();
        }
    }

    /** As shells have it for what they run in the background, and children inherit. */
    private static boolean ignoresInterruption(ServeProcess server) throws IOException {
        Path status = Path.of("/proc", String.valueOf(server.pid()), "status");
        assumeTrue(Files.exists(status), "no /proc here");
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        long bits = Long.parseUnsignedLong(mask.substring("SigIgn:".length()).strip(), 16);
        return (bits >>> (SIGINT - 1) & 1) != 0;
    }

    @Test
    void unaskedItTellsWhichModelItTookAndWhy() throws Exception {
        try (ServeProcess server = serve("--model", "auto")) {
            String line = server.errors().lines().findFirst().orElseThrow();
            assertThat(line).startsWith("sluice: model ").contains("; auto chose ", ": ");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void askedItDoesNotReason() throws Exception {
        try (ServeProcess server = serve("--model", "selector")) {
            assertThat(server.errors()).startsWith("sluice: model selector").doesNotContain("auto");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void withoutSystemCallsItTakesChannelsAndSaysSo() throws Exception {
        try (ServeProcess server = ServeProcess.start(ELSEWHERE, errors, root.toString());
                Download hello = Download.begin(server.uri(), "/hello.txt")) {
            assertThat(hello.finish()).isEqualTo(5);
            assertThat(server.errors())
                    .contains(
                            "sluice: model selector, ",
                            "auto chose selector: ",
                            "are not available");
            server.signal("TERM");
            // The JVM's own code: nothing else can restore the signal's action.
            assertThat(server.exitCode()).isIn(0, KILLED_BY_SIGTERM);
        }
    }

    @Test
    void aModelThatCannotRunIsRefusedWithTheReasonAndWhatToDo() throws Exception {
        int code = ServeProcess.refused(ELSEWHERE, errors, root.toString(), "--model", "epoll");
        assertThat(code).isEqualTo(Exit.FAILED);
        assertThat(Files.readString(errors))
                .contains("sluice: model epoll needs Linux system calls (", "use --model ");
    }

    @Test
    void aPairThatNoMachineCanRunIsWrongUsageEverywhere() throws Exception {
        String[] arguments = {root.toString(), "--model", "selector", "--copy", "sendfile"};
        assertThat(ServeProcess.refused(ELSEWHERE, errors, arguments)).isEqualTo(Exit.USAGE);
        assertThat(Files.readString(errors)).contains("sluice: copy path sendfile", "use --copy ");
    }

    @Test
    void anIdleClientDoesNotHoldItUp() throws Exception {
        try (ServeProcess server = serve();
                Download idle = Download.begin(server.uri(), "/hello.txt")) {
            assertThat(idle.finish()).isEqualTo(5);
            server.signal("TERM");

            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void whoeverDoesNotFinishInTimeIsTorn() throws Exception {
        try (ServeProcess server = serve("--drain-timeout", "1");
                Download stalled = Download.begin(server.uri(), "/big")) {
            server.signal("TERM");

            assertThat(server.exitCode()).isZero();
            assertThat(server.errors())
                    .contains("1 connections did not finish within 1 s and were reset");
            assertThat(stalled.finish()).isLessThan(BIG);
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (ServeProcess server = serve("--model", "epoll");
                Download stalled = Download.begin(server.uri(), "/big")) {
            assertThat(stalled.length()).isEqualTo(BIG);
            server.signal("TERM");
            server.awaitWords("a second signal closes them at once");
            server.signal("TERM");

            assertThat(server.exitCode()).isEqualTo(KILLED_BY_SIGTERM);
        }
    }

    @Test
    void ofFewDescriptorsIdleConnectionsMakeRoomForNewOnesAndNoDownloadIsCut() throws Exception {
        int files = 60;
        for (int i = 0; i < files; i++) {
            Files.write(root.resolve("file" + i), new byte[SMALLER]);
        }
        List<String> limited = List.of("sh", "-c", "ulimit -n 80 && exec \"$@\"", "sh");
        try (ServeProcess server = ServeProcess.start(limited, errors, root.toString());
                Download running = Download.begin(server.uri(), "/big")) {
            List<Socket> others = connect(server);
            server.awaitWords("waited longest for a request was closed");
            // Each on a connection of its own: a slow client's may be the idle one that gives way.
            try (Download late = Download.begin(server.uri(), "/hello.txt")) {
                assertThat(late.finish()).isEqualTo(5);
            }
            for (int i = 0; i < files; i++) {
                try (Download late = Download.begin(server.uri(), "/file" + i)) {
                    assertThat(late.finish()).isEqualTo(SMALLER);
                }
            }
            assertThat(running.finish()).isEqualTo(BIG);
            close(others);
            assertThat(server.errors().lines().count()).isLessThan(OTHERS / 10);
        }
    }

    /** Taken away from the running server, as by its embedder who opens too many himself. */
    @Test
    void whenDescriptorsHaveRunOutItAcceptsAgainAsSoonAsSomeAreFree() throws Exception {
        Files.write(root.resolve("file0"), new byte[SMALLER]);
        try (ServeProcess server =
                ServeProcess.start(errors, root.toString(), "--model", "epoll")) {
            try (Download first = Download.begin(server.uri(), "/file0")) {
                assertThat(first.finish()).isEqualTo(SMALLER);
            }
            leaveFewDescriptors(server.pid());
            List<Socket> others = connect(server);
            server.awaitWords("accepting paused because of EMFILE");
            close(others);
            expectToAccept(server);
            try (Download later = Download.begin(server.uri(), "/file0")) {
                assertThat(later.finish()).isEqualTo(SMALLER);
            }
            assertThat(server.errors()).contains("raise the limit (ulimit -n)");
            assertThat(server.errors().lines().count()).isLessThan(OTHERS / 10);
        }
    }

    /** No number is given any more that is far above those in use. */
    private static void leaveFewDescriptors(long pid) throws Exception {
        int highest;
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            highest = open.mapToInt(name -> Integer.parseInt(name.getFileName().toString()))
                    .max()
                    .orElseThrow();
        } catch (NoSuchFileException e) {
            assumeTrue(false, "no /proc here");
            return;
        }
        String command = "prlimit --nofile=" + (highest + FEW) + ": --pid " + pid;
        int code = new ProcessBuilder("sh", "-c", command).start().waitFor();
        assumeTrue(code == 0, "prlimit(1) cannot lower a limit here");
    }

    private static List<Socket> connect(ServeProcess server) throws IOException {
        List<Socket> others = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            others.add(new Socket(server.uri().getHost(), server.uri().getPort()));
        }
        return others;
    }

    private static void close(List<Socket> others) throws IOException {
        for (Socket other : others) {
            other.close();
        }
    }

    private static void expectToAccept(ServeProcess server) throws IOException {
        try (Download late = Download.begin(server.uri(), "/file0")) {
            assertThat(late.finish()).isEqualTo(SMALLER);
        }
    }

    private static String statusLine(ServeProcess server, String host) throws IOException {
        URI uri = server.uri();
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String head = "GET /hello.txt HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
                    .readLine();
        }
    }

    @Test
    void itAnswersToTheHostsThatItIsToldToAllow() throws Exception {
        try (ServeProcess server =
                serve("--allow-host", "a.example", "--allow-host", "B.example")) {
            for (String host : List.of("localhost", "127.0.0.1", "a.example", "b.example:80")) {
                assertThat(statusLine(server, host)).as(host).isEqualTo("HTTP/1.1 200 OK");
            }
            assertThat(statusLine(server, "c.example"))
                    .isEqualTo("HTTP/1.1 421 Misdirected Request");
        }
    }
}
