package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.client.HttpUrl;
import sluice.lab.Explain;
import sluice.lab.LabFiles;
import sluice.lab.MachineFigures;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice explain}. */
@Command(
        name = "explain",
        description = "Asks a running Sluice for a URL and tells which way the answer went and"
            + " why; or draws who copies what and who waits where. Figures of this machine come"
            + " from 'sluice lab', and the size up to which auto sends files from memory from"
            + " 'sluice doctor --calibrate' or 'sluice lab --keep'. Of an answer the server tells"
            + " more if it was started with --explain and --access-log FILE.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 done, 1 no answer, 2 wrong usage.",
            "",
            "Examples:",
            "  sluice explain sendfile",
            "  sluice explain http://127.0.0.1:8000/film.mp4",
            "  sluice explain http://127.0.0.1:8000/page.html --root ~/site --log access.jsonl",
            "  sluice explain https://host/film.mp4 --cacert our-ca.pem"
        })
final class ExplainCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "URL|TOPIC",
            description = "an http:// or https:// URL, or a copy path, model or reactor design")
    private String subject = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "LINE",
            description = "a field for the request, such as 'Range: bytes=0-99'")
    private List<String> fields = List.of();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "the served folder, if it is on this machine: tells file, compressed"
                    + " forms, and pages in memory")
    private @Nullable Path root;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "the server's access log in JSON: tells system calls and CPU time")
    private @Nullable Path log;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "results of 'sluice lab' (default: the newest " + StoredRun.NAME
                    + "* in the current folder that has figures of this)")
    private @Nullable Path results;

    @Mixin
    private TrustOptions trust = new TrustOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try {
            if (subject.contains("://")) {
                FieldLines.check(fields);
                HttpUrl url = HttpUrl.parse(subject);
                out.print(Explain.answer(url, with()));
            } else {
                refuseOptionsOfUrls();
                out.print(Explain.topic(subject, machine()));
            }
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        out.flush();
        return Exit.OK;
    }

    private Explain.With with() throws IOException {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        return new Explain.With(fields, trust.trust(err), root, log, machine());
    }

    private void refuseOptionsOfUrls() {
        if (!fields.isEmpty() || root != null || log != null || trust.isChosen()) {
            throw wrong(
                    "-H, --root, --log, --cacert and --insecure are for a URL, not for a topic");
        }
    }

    private ParameterException wrong(String reason) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), reason);
    }

    /** Of the lab, and of {@code doctor --calibrate} or {@code lab --keep}. */
    private MachineFigures machine() throws IOException {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        StoredRun run = results == null
                ? StoredRun.newest(Path.of(""), with -> Explain.hasFigures(subject, with), err)
                : new StoredRun(results, LabFiles.read(results));
        Path stored = Calibration.file();
        return new MachineFigures(
                run == null ? null : run.results(),
                run == null ? null : run.directory(),
                Calibration.choose(stored, Machine.here()).told(stored));
    }
}
