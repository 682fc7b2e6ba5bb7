package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice reload}. */
@Command(
        name = "reload",
        description = {
            "Lets a running server read its file of settings again, and tells what became of that."
                    + " No request is dropped. What the server refuses changes nothing."
        },
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 if the new settings count, 1 if the old ones stay.",
            "",
            "Examples:",
            "  sluice reload --control /run/sluice/control",
            "  sluice reload --config /etc/sluice.toml       control is in its table [admin]"
        })
final class ReloadCommand implements Callable<Integer> {
    /** A directory on a disk that hangs is not waited for longer. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--control",
            paramLabel = "FILE",
            description = "the socket that the server was started with (default: SLUICE_CONTROL, or"
                    + " what the file of settings says)")
    private @Nullable Path control;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the file of settings that tells it (default: SLUICE_CONFIG)")
    private @Nullable Path config;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine here = Objects.requireNonNull(spec).commandLine();
        Path at;
        try {
            at = control == null ? named(System.getenv()) : control;
        } catch (ConfigError e) {
            return e.report(here.getErr());
        }
        if (at == null) {
            throw new ParameterException(
                    here, "which server? Say --control FILE, as it was started with");
        }
        try (ControlLine line = ControlLine.to(at)) {
            if (line == null) {
                throw new IOException("no server listens at " + at);
            }
            line.waitAtMost(PATIENCE);
            line.send(Control.RELOAD);
            Outcome outcome = line.outcome();
            outcome.lines()
                    .forEach(words -> (outcome.isDone() ? here.getOut() : here.getErr())
                            .println("sluice: " + words));
            return outcome.isDone() ? Exit.OK : Exit.FAILED;
        }
    }

    /** As a server with these settings would be told. */
    private @Nullable Path named(Map<String, String> environment) {
        List<String> given = config == null ? List.of() : List.of("--config=" + config);
        String said = environment.getOrDefault("SLUICE_CONTROL", "");
        if (config == null && !said.isEmpty()) {
            return Path.of(said);
        }
        ParseResult parsed =
                ServeArguments.parse(ServeArguments.of(given, environment).arguments());
        return parsed.matchedOptionValue("--control", null);
    }
}
