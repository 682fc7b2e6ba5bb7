package sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import sluice.lab.Jobs;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice lab}. */
@Command(
        name = "lab",
        subcommands = {LabDiffCommand.class, LabPeersCommand.class, LabReplayCommand.class},
        description = "Measures what each way of waiting and of copying costs on this machine. Each"
                + " job asks a question; its servers run side by side and are loaded in turns. Of"
                + " the first cell of a job there are two servers: what these differ by is no"
                + " difference here.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 done, 1 a cell failed, 2 wrong usage, or the runs cannot be compared,",
            "3 a cell is dearer than --fail-over or --reach allows, or failed now and not before,",
            "130 Ctrl-C ended it early, 143 SIGTERM did; what was measured is kept.",
            "",
            "Examples:",
            "  sluice lab",
            "  sluice lab --only copy,models --full",
            "  sluice lab --job mine.toml --save base",
            "  sluice lab --job mine.toml --against base --fail-over 5%%",
            "  sluice lab diff base sluice-lab-20260102-030405"
        })
final class LabCommand implements Callable<Integer> {
    @Option(
            names = "--only",
            paramLabel = "JOB",
            split = ",",
            description = "jobs to run: copy, models, idle (default: these, a tour of three to"
                + " four minutes; with --full also the next five), harness, connections, reactors,"
                + " loops, buffers, blocks, quiet, bulk, cold, gigabyte, waiting, files, sizes,"
                + " c10k; or all of these")
    private List<String> only = List.of();

    @Mixin
    private LabOptions options = new LabOptions();

    @Override
    public Integer call() throws IOException {
        return options.run(only, Jobs.TOUR, Jobs.MORE, null);
    }
}
