package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.client.HttpUrl;
import sluice.lab.CpuProbe;
import sluice.lab.Load;
import sluice.lab.LoadPlan;
import sluice.lab.LoadReport;
import sluice.lab.LoadResult;
import sluice.lab.Probe;
import sluice.lab.Target;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice load}. */
@Command(
        name = "load",
        description = "Loads an HTTP server and tells its rate and latencies. Every body is checked"
                + " against the first one of its URL. In a closed loop (the default) each"
                + " connection sends its next request when it has its answer. With --rate requests"
                + " are due at fixed times whether or not the server keeps up (an open loop);"
                + " latency as intended counts from these times.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 all answers right, 1 some were not, or none came, 2 wrong usage,",
            "130 Ctrl-C ended it early, 143 SIGTERM did; what was measured is told all the same.",
            "",
            "Examples:",
            "  sluice load http://127.0.0.1:8000/index.html",
            "  sluice load http://127.0.0.1:8000/film.mp4 -H 'Range: bytes=0-65535' -c 1000",
            "  sluice load http://127.0.0.1:8000/ --rate 5000 --duration 30s --json run.json"
        })
final class LoadCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "URL",
            description = "http:// or https:// URLs of one server, requested equally often; no"
                    + " certificate is checked")
    private List<String> urls = List.of();

    @Option(
            names = "--urls",
            paramLabel = "FILE",
            description = "more URLs, one in a line; a number before it is its weight")
    private @Nullable Path file;

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "N",
            description = "connections open at a time (default: " + LoadPlan.CONNECTIONS + ")")
    private int connections = LoadPlan.CONNECTIONS;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "requests per second that are due (an open loop)")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "how long to measure (default: 10s)")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "how long to send before the measurement (default: 3s)")
    private Duration warmUp = Duration.ofSeconds(3);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "how long to wait for an answer (default: 10s)")
    private Duration timeout = LoadPlan.PATIENCE;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            description = "requests in flight per connection (default: 1)")
    private int pipeline = 1;

    @Option(names = "--close", description = "open a new connection for each request")
    private boolean close;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads that share the connections (default: 1)")
    private int threads = 1;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "LINE",
            description = "a field for each request, such as 'Accept-Encoding: gzip'")
    private List<String> fields = List.of();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "process of the server on this machine: tells its CPU time per request")
    private long pid;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result as JSON, too")
    private @Nullable Path json;

    @Option(
            names = "--hdr",
            paramLabel = "FILE",
            description = "write the distribution of latencies as intended, in microseconds, in the"
                    + " text format of HdrHistogram")
    private @Nullable Path hdr;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        LoadPlan plan = plan();
        CpuProbe server = pid == 0 ? null : serverProbe();
        // Who cannot write them should hear it before the measurement, not after it.
        try (OutputStream toJson = open(json);
                PrintStream toHdr = new PrintStream(open(hdr))) {
            Signals.Ended ended = Signals.interrupt(Thread.currentThread());
            LoadResult result = measure(plan, server);
            LoadReport report = LoadReport.of(plan, result, server);
            print(report.text());
            toJson.write(report.json().getBytes(UTF_8));
            result.asIntended().print(toHdr);
            boolean right = result.failed() == 0 && result.responses() > 0;
            return ended.code(right ? Exit.OK : Exit.FAILED);
        }
    }

    private static OutputStream open(@Nullable Path file) throws IOException {
        return file == null ? OutputStream.nullOutputStream() : Files.newOutputStream(file);
    }

    private LoadResult measure(LoadPlan plan, @Nullable CpuProbe server) throws IOException {
        print(LoadReport.heading(plan) + "\n");
        try (LoadLine line = LoadLine.at(System.console(), System.err)) {
            LoadResult result = Load.run(plan, line::show, server == null ? Probe.NONE : server);
            Thread.interrupted(); // Ctrl-C ended the measurement, not what follows.
            return result;
        }
    }

    private void print(String text) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.print(text);
        out.flush();
    }

    private CpuProbe serverProbe() {
        try {
            return CpuProbe.of(pid);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private ParameterException wrong(IllegalArgumentException reason) {
        return new ParameterException(
                Objects.requireNonNull(spec).commandLine(), String.valueOf(reason.getMessage()));
    }

    private LoadPlan plan() throws IOException {
        try {
            FieldLines.check(fields);
            return new LoadPlan(
                    targets(),
                    connections,
                    threads,
                    rate,
                    warmUp,
                    duration,
                    pipeline,
                    !close,
                    fields,
                    timeout);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private List<Target> targets() throws IOException {
        List<Target> targets = new ArrayList<>();
        urls.forEach(url -> targets.add(new Target(HttpUrl.parse(url), 1)));
        if (file != null) {
            Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> targets.add(Target.parse(line)));
        }
        return targets;
    }
}
