package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.lab.Cost;
import sluice.lab.CostReport;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice cost}. */
@Command(
        name = "cost",
        description = "Reads an access log in JSON ('sluice serve --access-log FILE') and tells"
                + " what its answers have cost: the dearest URLs, CPU time by copy path, and with"
                + " --root what precompressing would save.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 done, 1 no line tells of an answer, or the log cannot be read, 2 wrong"
                    + " usage.",
            "",
            "Examples:",
            "  sluice cost access.jsonl",
            "  sluice cost access.jsonl --root ~/site --json cost.json"
        })
final class CostCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "LOG", description = "the access log")
    private Path log = Path.of("");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "the folder that was served; its files are compressed in memory, nothing"
                    + " is written")
    private @Nullable Path root;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result as JSON, too")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        CostReport report = Cost.of(log, root);
        out.print(report.text());
        out.flush();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        return report.answers() > 0 ? Exit.OK : Exit.FAILED;
    }
}
