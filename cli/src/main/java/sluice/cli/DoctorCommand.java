package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice doctor}: tries what this machine supports instead of guessing. */
@Command(
        name = "doctor",
        description =
                "Tries which kernel features this machine supports, and shows which I/O models"
                        + " and copy paths run here. Gives the reason for those that do not. The"
                        + " exit code is 1 if something is missing that a server needs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Examples:",
            "  sluice doctor",
            "  sluice doctor /srv/www --port 8080",
            "  sluice doctor --json",
            "  sluice doctor --calibrate --seconds 20"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final int SECONDS_MAX = 40;
    private static final int PORT_MAX = 0xFFFF;

    @Option(
            names = "--calibrate",
            description = "measure up to which file size sending from memory is cheaper on this"
                    + " machine, and store the result for `sluice serve`")
    private boolean calibrate;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "how long --calibrate measures (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "a directory to serve: tries its file system, too, and tells how much of"
                    + " its files is in memory")
    private @Nullable Path directory;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "a port that has to be free on this machine (default: tells of 8000)")
    private @Nullable Integer port;

    @Option(names = "--json", description = "print the findings as one JSON object")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = command.getOut();
        String refusal = NoEffect.refusal(command.getParseResult(), "--seconds", "--calibrate");
        if (refusal != null) {
            throw new ParameterException(command, refusal);
        }
        if (seconds < 1 || seconds > SECONDS_MAX) {
            throw new ParameterException(
                    command, "--seconds must be 1 to " + SECONDS_MAX + ", not " + seconds);
        }
        if (port != null && (port < 1 || port > PORT_MAX)) {
            throw new ParameterException(
                    command, "--port must be 1 to " + PORT_MAX + ", not " + port);
        }
        if (calibrate) {
            Calibrator.run(out, Duration.ofSeconds(seconds), Calibration.file());
            return Exit.OK;
        }
        List<Finding> findings = new ArrayList<>(MachineFindings.all());
        findings.addAll(BudgetReport.findings());
        findings.addAll(PortFindings.of(port == null ? PortFindings.USUAL : port, port != null));
        if (directory != null) {
            findings.addAll(DiskFindings.of(directory));
        }
        DoctorReport report = new DoctorReport(findings);
        out.print(json ? report.json() : report.text());
        out.flush();
        return report.isHealthy() ? Exit.OK : Exit.FAILED;
    }
}
