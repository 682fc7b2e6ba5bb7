package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice init}. */
@Command(
        name = "init",
        description = "Writes a file with all settings as comments, to begin with.",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        versionProvider = Version.class,
        footer = {"", "Examples:", "  sluice init && sluice serve --config sluice.toml"})
final class InitCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "sluice.toml",
            description = "file to write, which must not exist (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("");

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine here = Objects.requireNonNull(spec).commandLine();
        Files.writeString(file, ConfigText.all(), StandardOpenOption.CREATE_NEW);
        here.getOut().println(file + " has all settings as comments");
        return Exit.OK;
    }
}
