package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.linux.Linux;

import java.io.IOException;
import java.io.Reader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a server tells on stdout and stderr. */
final class TellingProcessTest {
    private static final Pattern SERVING = Pattern.compile("Sluice serving .* at (http://\\S+)\n");
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    private Path folder;

    private ServeProcess serve(List<String> before, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(folder.toString()));
        all.addAll(List.of(options));
        return ServeProcess.start(before, errors(), all.toArray(String[]::new));
    }

    private Path errors() {
        return folder.resolve("errors");
    }

    @ParameterizedTest
    @CsvSource({
        "json, \\{\"time\":.*\"target\":\"/\".*\\}",
        "common, '127\\.0\\.0\\.1 - - \\[.*\\] \"GET / HTTP/1\\.1\" 200 \\d+'",
        "combined, '127\\.0\\.0\\.1 - - \\[.*\\] \"GET / HTTP/1\\.1\" 200 \\d+ \"-\" \"Java.*\"'"
    })
    void anAccessLogOnStdoutIsAloneThere(String format, String line) throws Exception {
        Path log = folder.resolve("log");
        List<String> arguments = List.of(
                "serve",
                folder.toString(),
                "--port",
                "0",
                "--access-log",
                "-",
                "--access-log-format",
                format);
        Process server = ServeProcess.command(List.of(), arguments)
                .redirectOutput(log.toFile())
                .redirectError(errors().toFile())
                .start();
        try {
            URI uri = awaitUri(server);
            uri.toURL().openStream().readAllBytes();
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            server.destroyForcibly();
        }
        assertThat(Files.readAllLines(log)).singleElement().asString().matches(line);
    }

    private URI awaitUri(Process server) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            String said = Files.readString(errors());
            Matcher serving = SERVING.matcher(said);
            if (serving.find()) {
                return URI.create(serving.group(1));
            }
            assertThat(server.isAlive()).as(said).isTrue();
            assertThat(System.nanoTime()).as(said).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void anAddressOfIpv6IsShortAndInBrackets() throws Exception {
        try (ServerSocket six = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            assertThat(six.isBound()).isTrue();
        } catch (IOException e) {
            assumeTrue(false, "no IPv6 here");
        }
        try (ServeProcess server = serve(List.of(), "--host", "::1")) {
            assertThat(server.uri().toString()).startsWith("http://[::1]:");
            assertThat(server.uri().toURL().openStream().readAllBytes()).isNotEmpty();
        }
    }

    @Test
    void aServerForAllAddressesTellsThoseThatOtherDevicesOpen() throws Exception {
        String own = ownAddress();
        assumeFalse(own.isEmpty(), "no network here");
        try (ServeProcess server = serve(List.of(), "--host", "0.0.0.0")) {
            assertThat(server.uri().getHost()).isEqualTo("0.0.0.0");
            String line =
                    "  for other devices: http://" + own + ":" + server.uri().getPort() + "/";
            assertThat(server.outputUntil(line + "\n")).contains(line);
        }
    }

    private static String ownAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .filter(address -> !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("");
    }

    @Test
    void aTerminalShowsACodeOfAnAddressThatAPhoneCanOpen() throws Exception {
        assertThat(onTerminal(40, 100, "--host", "0.0.0.0"))
                .containsPattern("for other devices: http://\\S+/\r\n\u001b\\[30;107m {33}");
    }

    @Test
    void noCodeIsDrawnWhereNobodyElseConnectsOrItDoesNotFitOrTheUserWantsNone() throws Exception {
        assertThat(onTerminal(40, 100)).doesNotContain("\u001b[30;107m");
        assertThat(onTerminal(12, 100, "--host", "0.0.0.0")).doesNotContain("\u001b[30;107m");
        assertThat(onTerminal(40, 100, "--host", "0.0.0.0", "--quiet"))
                .doesNotContain("\u001b[30;107m");
    }

    /** What a server writes to a terminal of this size until Ctrl-C. */
    private String onTerminal(int rows, int columns, String... options) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) here");
        assumeFalse(ownAddress().isEmpty(), "no network here");
        List<String> arguments = new ArrayList<>(List.of("serve", folder.toString(), "--port=0"));
        arguments.addAll(List.of(options));
        String command = ServeProcess.command(List.of(), arguments).command().stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        // Whoever runs the tests in the background has Ctrl-C ignored, and so would the server.
        String sized = "stty rows " + rows + " cols " + columns + "; exec env --default-signal=INT "
                + command;
        Process terminal = new ProcessBuilder("script", "-qec", sized, "/dev/null")
                .redirectErrorStream(true)
                .start();
        try {
            StringBuilder shown = new StringBuilder();
            Reader reader = terminal.inputReader(UTF_8);
            // The live line comes after all that is told at the start.
            boolean quiet = List.of(options).contains("--quiet");
            String last = quiet ? "for other devices" : " open, ";
            for (int next = reader.read(); next >= 0; next = reader.read()) {
                shown.append((char) next);
                if (next == '\r' && shown.indexOf(last) >= 0) {
                    terminal.outputWriter().append('\u0003').flush();
                    last = "nothing more";
                }
            }
            assertThat(terminal.waitFor()).as(shown.toString()).isZero();
            return shown.toString();
        } finally {
            terminal.destroyForcibly();
        }
    }

    @Test
    void whatIsScarceIsToldAtTheStart() throws Exception {
        assumeTrue(Linux.available(), "no limits of descriptors here");
        List<String> few = List.of("sh", "-c", "ulimit -n 64 && exec \"$@\"", "sh");
        try (ServeProcess server = serve(few)) {
            assertThat(server.errors())
                    .containsPattern(
                            "less than usual here: \\d+ connections, not 16384, for lack of"
                                    + " descriptors \\(ulimit -n 64\\)\n");
        }
    }

    @Test
    void whatARunningServerTellsIsLinesWithTheTime() throws Exception {
        String start;
        try (ServeProcess server = serve(List.of())) {
            start = server.errors();
            server.signal("HUP");
            server.awaitWords("the settings were read again");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(start.lines()).allMatch(line -> line.startsWith("sluice: "));
        assertThat(Files.readString(errors(), UTF_8).substring(start.length()).lines())
                .isNotEmpty()
                .allMatch(
                        line -> line.matches("sluice: \\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z SIGHUP: .+"));
    }
}
