package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice check}. */
@Command(
        name = "check",
        description = "Checks a file of settings, without serving anything.",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        versionProvider = Version.class,
        footer = {"", "Examples:", "  sluice check /etc/sluice.toml && systemctl restart sluice"})
final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "what 'sluice serve --config FILE' would read")
    private String file = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine here = Objects.requireNonNull(spec).commandLine();
        try {
            ServeArguments all = ServeArguments.of(List.of("--config=" + file), Map.of());
            all.command().check(ServeArguments.parse(all.arguments()));
            here.getOut()
                    .println(file + " is right; sites: "
                            + (1 + all.file().sites().size()) + ", addresses: "
                            + (1 + all.file().listeners().size()));
            return Exit.OK;
        } catch (ConfigError e) {
            return e.report(here.getErr());
        } catch (IllegalArgumentException e) {
            return new ConfigError(List.of(file + ": " + e.getMessage())).report(here.getErr());
        }
    }
}
