package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.client.HttpUrl;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsSettings;
import sluice.io.TlsTrust;
import sluice.lab.CellResult.Outcome;
import sluice.linux.Linux;
import sluice.server.AccessLog;
import sluice.server.FileServer;
import sluice.server.ServedFiles;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** What became of a request, and pictures of the ways there are. */
class ExplainTest {
    private static final int SIZE = 1_000_000;
    private static final Explain.With NOTHING =
            new Explain.With(List.of(), TlsTrust.SYSTEM, null, null, MachineFigures.NONE);

    @TempDir
    private Path directory;

    private Path root;

    @BeforeEach
    void plant() throws IOException {
        root = Files.createDirectory(directory.resolve("site"));
        Files.write(root.resolve("large.bin"), new byte[SIZE]);
        Files.writeString(root.resolve("page.html"), "text ".repeat(2_000));
    }

    private static MachineFigures results() {
        return results(Settings.SLUICE);
    }

    private static MachineFigures results(String engine) {
        List<CellResult> cells =
                List.of(cell(engine, "direct", 106), cell(engine, "sendfile", 108));
        LabResults run = Findings.run(new JobResult(
                "copy", "What?", List.of("copy"), 0.03, 0.03, 0.03, 1L << 20, 0.5, cells));
        return new MachineFigures(run, Path.of("run"), "A threshold of 12 bytes");
    }

    private static CellResult cell(String engine, String copy, double cpu) {
        return new CellResult(
                Map.of("copy", copy),
                new Settings(
                        engine, "epoll", "auto", copy, 0, 0, 1 << 20, 1, false, 16, 0, true, 1, 0,
                        0, 0, "on", 0),
                Outcome.MEASURED,
                null,
                null,
                List.of(Findings.round(cpu)),
                null);
    }

    /** Words of a page, whatever line they are on. */
    private static String words(String page) {
        assertThat(page.lines().skip(1)).allMatch(line -> line.length() <= 80);
        return page.replaceAll("\\s+", " ");
    }

    private static String explained(FileServer server, String path, Explain.With with)
            throws IOException {
        return words(Explain.answer(HttpUrl.parse(server.uri().resolve(path).toString()), with));
    }

    private Explain.With with(@Nullable Path log, String... fields) {
        return new Explain.With(List.of(fields), TlsTrust.SYSTEM, root, log, results());
    }

    @Test
    void everyModelCopyPathAndReactorHasAPictureOf80Columns() {
        List<String> all = Stream.of(
                        Stream.of(Model.values()).map(Model::label),
                        Stream.of(CopyMode.values())
                                .filter(copy -> copy != CopyMode.AUTO)
                                .map(CopyMode::label),
                        Stream.of(Reactor.values()).map(Reactor::label),
                        Stream.of("memory"))
                .flatMap(names -> names)
                .toList();

        assertThat(Explain.topics()).containsExactlyInAnyOrderElementsOf(all);
        for (String name : all) {
            String picture = Explain.topic(name, MachineFigures.NONE);
            assertThat(picture).contains("who waits").contains("No figures of this machine");
            assertThat(picture.lines()).as(name).allMatch(line -> line.length() <= 80);
        }
    }

    @Test
    void aPictureHasTheFiguresOfThisMachine() {
        assertThat(Explain.topic("SENDFILE", results()))
                .contains("108.0 us, of these 27.0 in user mode, 81.0 in the kernel")
                .contains("model epoll, copy sendfile, 1.0 MB, 16 connections")
                .contains("(sluice lab, 2026-11-28, run)")
                .doesNotContain("threshold");
        assertThat(Explain.topic("memory", results())).contains("A threshold of 12 bytes.");
        MachineFigures longer = new MachineFigures(
                results().results(), Path.of("sluice-lab-20261128-101500"), "so ".repeat(40));
        for (String topic : List.of("memory", "sendfile")) {
            assertThat(Explain.topic(topic, longer).lines()).allMatch(l -> l.length() <= 80);
        }
        assertThat(Explain.topic("sendfile", results(Settings.NONE)))
                .as("what the harness costs is no figure of a path")
                .contains("measured nothing of this here");
        assertThat(Explain.topic("io-uring", results())).contains("measured nothing of this here");
    }

    @Test
    void figuresOfADisturbedJobAreLeftOutAndOneLineSaysWhy() throws Exception {
        CellResult busy = Findings.among(
                cell(Settings.SLUICE, "sendfile", 77), new Surroundings(0.5, 0, 0, 0));
        JobResult disturbed = Findings.job("busy", List.of("copy"), busy);
        MachineFigures only = new MachineFigures(Findings.run(disturbed), Path.of("run"), "");
        MachineFigures both = new MachineFigures(
                Findings.run(
                        disturbed,
                        Findings.job(
                                "calm",
                                List.of("copy"),
                                cell(Settings.SLUICE, "sendfile", 55),
                                cell(Settings.SLUICE, "mmap", 66))),
                Path.of("run"),
                "");
        String why = "Left out, because the machine did something else meanwhile: job busy"
                + " (other processes used 50 % of its CPUs).";

        assertThat(words(Explain.topic("sendfile", only)))
                .contains("measured nothing of this here that can be trusted", why)
                .doesNotContain("77.0");
        assertThat(words(Explain.topic("sendfile", both))).contains("55.0", why);
        assertThat(words(Explain.topic("mmap", both))).contains("66.0").doesNotContain("Left");
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            assertThat(explained(server, "large.bin", knowing(only)))
                    .contains("measured none that can be trusted with epoll", why);
            assertThat(explained(server, "large.bin", knowing(both)))
                    .contains("(job calm of sluice lab", "sendfile 55.0 us", "mmap 66.0 us", why)
                    .doesNotContain("77.0");
        }
    }

    private static Explain.With knowing(MachineFigures machine) {
        return new Explain.With(List.of(), TlsTrust.SYSTEM, null, null, machine);
    }

    @Test
    void otherPathsAreComparedOnlyIfNothingElseDiffersAndInOneJob() throws Exception {
        MachineFigures machine = new MachineFigures(
                Findings.run(
                        Findings.job("one", List.of("copy"), of("heap", 1_000_000, 8, 11)),
                        Findings.job(
                                "two",
                                List.of("copy", "connections"),
                                of("direct", 900_000, 8, 22),
                                of("sendfile", 900_000, 512, 33),
                                of("direct", 900_000, 512, 44))),
                Path.of("run"),
                "");

        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            assertThat(explained(server, "large.bin", knowing(machine)))
                    .contains("job two of", "sendfile 33.0 us", "direct 44.0 us")
                    .doesNotContain("11.0 us", "22.0 us");
        }
    }

    private static CellResult of(String copy, long file, int connections, double cpu) {
        Map<String, Object> settings =
                Map.of("model", "epoll", "copy", copy, "file", file, "connections", connections);
        return Findings.cell(settings, cpu, 1_000);
    }

    @Test
    void aCellThatWasNotWarmIsMarked() throws Exception {
        CellResult warm = cell(Settings.SLUICE, "direct", 22);
        CellResult cell = cell(Settings.SLUICE, "sendfile", 33);
        CellResult early = new CellResult(
                cell.varied(),
                cell.settings(),
                cell.outcome(),
                null,
                new CellResult.WarmUp(3, false, 90, 20, 9_000L, 2.0, 1.5),
                cell.rounds(),
                null);
        MachineFigures machine = new MachineFigures(
                Findings.run(Findings.job("copy", List.of("copy"), warm, early)), null, "");

        assertThat(Explain.topic("sendfile", machine)).contains("connections (not yet warm)");
        assertThat(Explain.topic("direct", machine)).doesNotContain("not yet warm");
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            assertThat(explained(server, "large.bin", knowing(machine)))
                    .contains("sendfile 33.0 us for 1.0 MB (not yet warm)")
                    .containsOnlyOnce("not yet warm");
        }
    }

    @Test
    void anUnknownTopicGetsAListOfThoseThereAre() {
        assertThatThrownBy(() -> Explain.topic("teleport", MachineFigures.NONE))
                .hasMessageContaining("there is no topic teleport; there are sendfile, ");
    }

    @Test
    void theWalkOfAnAnswerHasWhatServerFolderAndLogTell() throws Exception {
        assumeTrue(Linux.available());
        Path log = directory.resolve("access.jsonl");
        try (AccessLog written = AccessLog.to(log);
                FileServer server = Sluice.builder()
                        .root(root)
                        .port(0)
                        .files(ServedFiles.in(root).withExplain(true))
                        .onResponse(written)
                        .build()
                        .start()) {
            String first = explained(server, "large.bin", with(log));
            String listing = explained(server, "", with(log));

            assertThat(first)
                    .contains("200 OK: head of")
                    .contains("body of 1,000,000 bytes")
                    .contains("the loop found it without a worker")
                    .contains("large.bin, 1,000,000 bytes")
                    .contains("as the file is (application/octet-stream)")
                    .contains("waits by epoll")
                    .contains("sendfile: for more than 40960 bytes auto lets the kernel")
                    .contains("1000000 by the kernel alone, 0 through user space, says the head")
                    .contains("1000000 and 0 in the end, says the log")
                    .containsPattern("calls [1-9]\\d* to read and send")
                    .containsPattern("CPU time [0-9.]+ us of the loop's thread")
                    .contains("threshold A threshold of 12 bytes")
                    .contains("(job copy of sluice lab, 2026-11-28, run; less than 3 % is no"
                            + " difference)")
                    .contains("direct 106.0 us for 1.0 MB")
                    .contains("sendfile 108.0 us for 1.0 MB");
            assertThat(listing)
                    .contains("a worker looked it up")
                    .contains("copy path memory: the body is made or kept by the server");
        }
    }

    @Test
    void aServerThatDoesNotTellIsNotGuessedAt() throws Exception {
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {

            assertThat(explained(server, "page.html", NOTHING))
                    .contains("how it was looked up is not told")
                    .contains("copy path not told. A Sluice that was started with --explain")
                    .contains("calls not told: a server that writes --access-log FILE")
                    .contains("in memory unknown: --root DIR")
                    .contains("other paths no figures of this machine");
        }
    }

    @Test
    void overHttpsItAsksAsBrowsersDoAndOnlyAServerThatProvesWhoItIs() throws Exception {
        try (FileServer server = Sluice.builder()
                .root(root)
                .port(0)
                .files(ServedFiles.in(root).withExplain(true))
                .tls(TlsSettings.selfSigned())
                .build()
                .start()) {
            Explain.With everyone =
                    new Explain.With(List.of(), TlsTrust.EVERYONE, null, null, MachineFigures.NONE);

            assertThat(explained(server, "page.html", everyone))
                    .contains("200 OK", "the client takes gzip, deflate, br, zstd,")
                    .contains("body of 10,000 bytes");
            assertThat(explained(server, "large.bin", everyone))
                    .contains("direct: the bytes have to be encrypted (TLS by ")
                    .contains("0 by the kernel alone, 1000000 through user space");
            assertThatThrownBy(() -> explained(server, "page.html", NOTHING))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("its certificate is not accepted");
        }
    }

    @Test
    void aCompressedFormIsNamedWithThoseBesideTheFile() throws Exception {
        Path sibling = root.resolve("page.html.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(sibling))) {
            out.write(Files.readAllBytes(root.resolve("page.html")));
        }
        try (FileServer server = Sluice.builder()
                .root(root)
                .port(0)
                .files(ServedFiles.in(root).withSiblings(true))
                .build()
                .start()) {
            assertThat(explained(server, "page.html", with(null)))
                    .contains("gzip (text/html; charset=utf-8): the client takes gzip, deflate,")
                    .contains("beside the file there are: page.html.gz, " + Files.size(sibling)
                            + " bytes");
            assertThat(explained(server, "page.html", with(null, "Accept-Encoding: br")))
                    .contains("as the file is (text/html; charset=utf-8): the client takes br,");
        }
    }

    @Test
    void anErrorIsNoFormOfTheFile() throws Exception {
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            assertThat(explained(server, "missing", with(null)))
                    .contains("variant an error page of the server (")
                    .doesNotContain("as the file is");
        }
    }

    @Test
    void nothingOutsideOfTheFolderIsLookedAt() throws Exception {
        Files.writeString(directory.resolve("outside"), "secret");
        Files.createSymbolicLink(root.resolve("link"), directory.resolve("outside"));
        try (FileServer server = Sluice.builder().root(root).port(0).build().start()) {
            assertThat(explained(server, "link", with(null))).contains("is outside of");
            assertThat(explained(server, "missing", with(null))).contains("does not exist");
        }
    }

    @Test
    void anotherServersAnswerIsNoCommandToTheTerminalAndABrokenOneIsAnError() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                serveOnce(
                        listener,
                        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type:"
                                + " \u00e9\r\nSluice-Path: copy=;rm, kernel=x\r\nContent-Length:"
                                + " 2\r\n\r\nab");
                serveOnce(listener, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
            });
            HttpUrl url = HttpUrl.parse("http://127.0.0.1:" + listener.getLocalPort() + "/");

            assertThat(words(Explain.answer(url, NOTHING)))
                    .contains("(?)", "copy path not told", "body of 2 bytes");
            assertThatThrownBy(() -> Explain.answer(url, NOTHING))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the connection ended after 2 of 9 bytes");
        }
    }

    private static void serveOnce(ServerSocket listener, String answer) {
        try (Socket client = listener.accept();
                OutputStream out = client.getOutputStream()) {
            byte[] request = new byte[4_096];
            int read = client.getInputStream().read(request);
            assertThat(new String(request, 0, read, StandardCharsets.US_ASCII))
                    .endsWith("\r\n\r\n");
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
