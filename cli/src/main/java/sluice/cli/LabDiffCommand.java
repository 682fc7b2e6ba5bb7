package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.lab.LabDiff;
import sluice.lab.LabFiles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice lab diff}. */
@Command(
        name = "diff",
        description = "Compares two runs: what a request costs in each cell, and by what factor the"
                + " second run differs, with its 95 % interval. Runs of different machines or with"
                + " different settings are refused.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 compared, 2 wrong usage, or the runs cannot be compared,",
            "3 a cell of the second run is dearer than --fail-over allows."
        })
final class LabDiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FIRST", description = "directory of a run")
    private Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "SECOND", description = "directory of another one")
    private Path second = Path.of("");

    @Mixin
    private FailOver failOver = new FailOver();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        try {
            return failOver.compare(LabFiles.read(first), LabFiles.read(second), command);
        } catch (IllegalArgumentException | LabDiff.Incomparable e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }
}
