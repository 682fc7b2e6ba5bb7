package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.copy.TreeCopy;
import sluice.copy.Way;
import sluice.server.ByteCount;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code sluice copy}. */
@Command(
        name = "copy",
        description = "Copies a file or a tree. Under its final name there is all of the copy, or"
                + " what was there before. Sparse files stay sparse; modes, times and symbolic"
                + " links are kept. The copy is yours, whoever owns the source.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CopyCommand implements Callable<Integer> {
    /** How long an interrupted copy may take to remove what it has made. */
    private static final int CLEAN_UP_SECONDS = 60;

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            description = "a file, a directory, or a symbolic link to one, which is followed")
    private Path source = Path.of(".");

    @Parameters(
            index = "1",
            paramLabel = "DST",
            description = "the copy's name, or a directory to make it in")
    private Path destination = Path.of(".");

    @Option(
            names = "--copy",
            paramLabel = "WAY",
            defaultValue = Names.AUTO,
            completionCandidates = Names.Ways.class,
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Way way = Way.AUTO;

    @Option(
            names = "--verify",
            description = "read the copy back from the disk and compare every byte")
    private boolean verify;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (way.refusal() != null) {
            err.println("sluice: " + way.refusal());
            return Main.FAILED;
        }
        TreeCopy copy = TreeCopy.of(source, destination);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            copy.cancel();
            await(ended);
        }));
        try {
            report(out, err, run(copy));
            return Main.OK;
        } catch (CancellationException e) {
            err.println("sluice: interrupted; there is no copy" + Failures.cleaningUp(e));
            return Main.FAILED;
        } finally {
            ended.countDown();
        }
    }

    private TreeCopy.Summary run(TreeCopy copy) throws IOException {
        String what = verify ? "copying, verifying" : "copying";
        long work = copy.bytes() * (verify ? 2 : 1);
        ProgressLine progress = ProgressLine.at(System.console(), System.err, what, work);
        TreeCopy.Summary summary = copy.run(way, verify, progress::advance);
        progress.finish();
        return summary;
    }

    private void report(PrintWriter out, PrintWriter err, TreeCopy.Summary summary) {
        String ways = summary.ways().entrySet().stream()
                .map(entry -> summary.ways().size() == 1
                        ? " by " + entry.getKey().label()
                        : ", " + entry.getValue() + " by " + entry.getKey().label())
                .collect(Collectors.joining());
        out.printf(
                "copied %s, %s%s%s%s to %s%n",
                ByteCount.counted(summary.files(), "file"),
                ByteCount.rounded(summary.bytes()),
                summary.holes() == 0
                        ? ""
                        : " (%s of holes)".formatted(ByteCount.rounded(summary.holes())),
                ways,
                verify ? ", verified," : "",
                summary.target());
        for (Path path : summary.leftOut()) {
            err.println("sluice: left out, neither file, directory nor link: " + path);
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            if (!ended.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("sluice: the unfinished copy could not be removed in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
