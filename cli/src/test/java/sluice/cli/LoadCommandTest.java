package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.LoadSecond;
import sluice.linux.ProcessCalls;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code sluice load} tells what it found, and its exit code whether all answers were right. */
class LoadCommandTest {
    @TempDir
    private Path root;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FileServer server;

    @BeforeEach
    void serve() throws Exception {
        Files.writeString(root.resolve("page"), "hello");
        server = Sluice.builder().root(root).port(0).build().start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private int load(String... args) {
        String[] all = new String[args.length + 3];
        all[0] = "load";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "--duration=200ms";
        all[args.length + 2] = "--warm-up=100ms";
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    @Test
    void tellsRateLatencyAndErrors() {
        assertThat(load(server.uri() + "page", "-c", "2")).isEqualTo(Exit.OK);

        assertThat(out.toString())
                .contains("2 connections, one request after another")
                .containsPattern("responses +[\\d,]+ in \\d+\\.\\d s")
                .containsPattern("latency +p50 .+ p99 .+ max ")
                .contains("errors       none")
                .contains("this client")
                .doesNotContain("as intended");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void anOpenLoopTellsBothLatencies() {
        assertThat(load(server.uri() + "page", "--rate", "100")).isEqualTo(Exit.OK);

        assertThat(out.toString()).contains("100 requests/s due", "as sent", "as intended");
    }

    @Test
    void wrongAnswersFail() {
        assertThat(load(server.uri() + "missing")).isEqualTo(Exit.FAILED);

        assertThat(out.toString())
                .contains("this client")
                .containsPattern("([\\d,]+) unexpected status \\(404: \\1\\)")
                .as("nothing was right that could have taken time")
                .doesNotContain("latency", "per request,");
    }

    @Test
    void writesTheResultForPrograms() throws Exception {
        Path json = root.resolve("run.json");
        Path hdr = root.resolve("run.hdr");
        Path urls = Files.writeString(
                root.resolve("urls"), "3 " + server.uri() + "page\n\n" + server.uri() + "urls\n");

        assertThat(load(
                        "--urls=" + urls,
                        "--json=" + json,
                        "--hdr=" + hdr,
                        "--pid=" + ProcessHandle.current().pid()))
                .as(err.toString())
                .isEqualTo(Exit.OK);

        assertThat(json)
                .content()
                .contains(
                        "\"complete\" : true",
                        "\"responses\" :",
                        "\"asIntended\" : null",
                        "\"serverCpu\" : {");
        assertThat(hdr).content().contains("Percentile", "#[Max");
        assertThat(out.toString()).contains("of CPU per request");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldBeforeTheMeasurement() {
        for (String option : List.of("--json=", "--hdr=")) {
            assertThat(load(server.uri() + "page", option + root.resolve("none/file")))
                    .isEqualTo(Exit.FAILED);
        }

        assertThat(out.toString()).as("no heading of a measurement").isEmpty();
        assertThat(err.toString()).contains("none/file");
    }

    @Test
    void aSignalEndsItEarlyWithAWholeReportAndTheCodeOfTheSignal() throws Exception {
        Path json = root.resolve("run.json");
        ProcessBuilder command = ServeProcess.command(
                List.of(),
                List.of(
                        "load",
                        server.uri() + "page",
                        "--warm-up=0s",
                        "--duration=1h",
                        "--json=" + json));
        Process process = command.redirectError(root.resolve("err").toFile()).start();
        try (BufferedReader said = process.inputReader()) {
            assertThat(said.readLine()).contains("64 connections");
            process.toHandle().destroy(); // By SIGTERM; the pipe stays open.

            assertThat(said.readAllAsString()).contains("ended early", "responses", "this client");
            assertThat(process.waitFor()).isEqualTo(128 + ProcessCalls.SIGTERM);
            assertThat(json).content().contains("\"complete\" : false");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void wrongUsageIsOneLine() {
        assertThat(load("ftp://host/")).isEqualTo(Exit.USAGE);
        assertThat(load()).isEqualTo(Exit.USAGE);
        assertThat(load("http://h/", "--pid=999999999")).isEqualTo(Exit.USAGE);
        assertThat(load("http://h/", "--rate=5", "--pipeline=2")).isEqualTo(Exit.USAGE);
        assertThat(load("http://h/", "--rate=-5")).isEqualTo(Exit.USAGE);
        assertThat(load("http://h/", "-H", "foo")).isEqualTo(Exit.USAGE);

        assertThat(err.toString())
                .contains("ftp://host/ is not an http:// or https:// URL")
                .contains("there is no URL to request")
                .contains("there is no process 999999999 here")
                .contains("there is no pipeline")
                .contains("the rate must be above 0 and at most 10000000")
                .contains("-H 'foo' is no 'Name: value'");
    }

    @Test
    void theLiveLineFitsATerminal() {
        assertThat(LoadLine.text(new LoadSecond(12.3, 1_234_567, 1_000, 1_234, 0.99, false)))
                .isEqualTo(" 12 s warming up  1,234,567 requests/s  p99 1.23 ms  1000 failed"
                        + "  client 99 %")
                .hasSizeLessThan(80);
    }
}
