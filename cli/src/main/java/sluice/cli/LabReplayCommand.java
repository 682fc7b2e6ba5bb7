package sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import sluice.lab.Jobs;
import sluice.lab.Traffic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice lab replay}. */
@Command(
        name = "replay",
        description = "Measures what your own traffic costs: the clients ask for the files of an"
                + " access log, each as often as the log says. A request is replayed if it was a"
                + " GET and its answer a whole file (200).",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: as 'sluice lab'.",
            "",
            "Example:",
            "  sluice serve site --access-log access.jsonl",
            "  sluice lab replay access.jsonl --root site"
        })
final class LabReplayCommand implements Callable<Integer> {
    @Parameters(paramLabel = "LOG", description = "access log of serve, in JSON")
    private Path log = Path.of("");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            required = true,
            description = "the directory that was served")
    private Path root = Path.of("");

    @Mixin
    private LabOptions options = new LabOptions();

    @Override
    public Integer call() throws IOException {
        return options.run(
                List.of(), List.of(Jobs.REPLAY), List.of(), () -> Traffic.read(log, root));
    }
}
