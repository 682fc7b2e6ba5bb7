package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.copy.CopyMethod;
import sluice.copy.TreeCopy;
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
        description = "Copies a file or a directory tree. The copy gets its name only when it is"
                + " complete; a file that has the name already stays until then. Keeps holes of"
                + " sparse files, modes, times and symbolic links. You own the copy, whoever owns"
                + " the source.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CopyCommand implements Callable<Integer> {
    /** How long an interrupted command waits for the unfinished copy to be removed. */
    private static final int CLEAN_UP_SECONDS = 60;

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            description = "file or directory to copy; a symbolic link is followed")
    private Path source = Path.of(".");

    @Parameters(
            index = "1",
            paramLabel = "DST",
            description = "name of the copy, or an existing directory to create it in")
    private Path destination = Path.of(".");

    @Option(
            names = "--copy",
            paramLabel = "METHOD",
            defaultValue = Names.AUTO,
            completionCandidates = Names.CopyMethods.class,
            description = "how to copy: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private CopyMethod method = CopyMethod.AUTO;

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
        if (method.refusal() != null) {
            err.println("sluice: " + method.refusal());
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
            err.println("sluice: interrupted; no copy was made" + Failures.cleaningUp(e));
            return Main.FAILED;
        } finally {
            ended.countDown();
        }
    }

    private TreeCopy.Summary run(TreeCopy copy) throws IOException {
        String what = verify ? "copying, verifying" : "copying";
        long work = copy.bytes() * (verify ? 2 : 1);
        ProgressLine progress = ProgressLine.at(System.console(), System.err, what, work);
        TreeCopy.Summary summary = copy.run(method, verify, progress::advance);
        progress.finish();
        return summary;
    }

    private void report(PrintWriter out, PrintWriter err, TreeCopy.Summary summary) {
        String methods = summary.methods().entrySet().stream()
                .map(entry -> summary.methods().size() == 1
                        ? " by " + entry.getKey().label()
                        : ", " + entry.getValue() + " by " + entry.getKey().label())
                .collect(Collectors.joining());
        out.printf(
                "copied %s, %s%s%s%s to %s%n",
                ByteCount.counted(summary.files(), "file"),
                ByteCount.rounded(summary.bytes()),
                summary.holes() == 0
                        ? ""
                        : " (%s in holes)".formatted(ByteCount.rounded(summary.holes())),
                methods,
                verify ? ", verified," : "",
                summary.target());
        for (Path path : summary.skipped()) {
            err.println("sluice: skipped " + path + ": not a file, directory or symbolic link");
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            if (!ended.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("sluice: could not remove the unfinished copy within "
                        + CLEAN_UP_SECONDS + " s; delete " + TreeCopy.UNFINISHED_PREFIX
                        + "* beside the destination");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
