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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  sluice copy disk.img /mnt/backup",
            "  sluice copy --verify a.img b.img /mnt/backup"
        })
final class CopyCommand implements Callable<Integer> {
    /** How long an interrupted command waits for the unfinished copy to be removed. */
    private static final int CLEAN_UP_SECONDS = 60;

    @Parameters(
            arity = "2..*",
            paramLabel = "SRC... DST",
            hideParamSyntax = true,
            description = "SRC: file or directory to copy; a symbolic link is followed. DST: name"
                    + " of the copy, or an existing directory to create it in; several SRC need"
                    + " such a directory")
    private List<Path> paths = List.of();

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
            return Exit.FAILED;
        }
        List<TreeCopy> copies = prepare(paths.subList(0, paths.size() - 1), paths.getLast());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            copies.forEach(TreeCopy::cancel);
            await(ended);
        }));
        int done = 0;
        try {
            String what = verify ? "copying, verifying" : "copying";
            long bytes = copies.stream().mapToLong(TreeCopy::bytes).sum();
            long work = bytes * (verify ? 2 : 1);
            ProgressLine progress = ProgressLine.onStderr(what, 0, work);
            List<TreeCopy.Summary> summaries = new ArrayList<>();
            try {
                for (TreeCopy copy : copies) {
                    summaries.add(copy.run(method, verify, progress::advance));
                    done++;
                }
                progress.finish();
            } finally {
                summaries.forEach(summary -> report(out, err, summary));
            }
            return Exit.OK;
        } catch (CancellationException e) {
            String made = done == 0 ? "no copy was made" : done + " of " + copies.size() + " made";
            err.println("sluice: interrupted; " + made + Failures.cleaningUp(e));
            return Exit.FAILED;
        } finally {
            ended.countDown();
        }
    }

    /** Checks all sources before the first is copied. */
    private static List<TreeCopy> prepare(List<Path> sources, Path destination) throws IOException {
        if (sources.size() > 1 && !Files.isDirectory(destination)) {
            throw new IOException(destination + " is not a directory: to copy " + sources.size()
                    + " sources, name an existing directory");
        }
        List<TreeCopy> copies = new ArrayList<>();
        Set<Path> targets = new HashSet<>();
        for (Path source : sources) {
            TreeCopy copy = TreeCopy.of(source, destination);
            if (!targets.add(copy.target())) {
                throw new IOException("two of the sources would be copied to " + copy.target()
                        + "; copy them one by one under different names");
            }
            copies.add(copy);
        }
        return copies;
    }

    private void report(PrintWriter out, PrintWriter err, TreeCopy.Summary summary) {
        boolean one = summary.methods().size() == 1 && summary.empty() == 0;
        String methods = summary.methods().entrySet().stream()
                .map(entry -> one
                        ? " by " + entry.getKey().label()
                        : ", " + entry.getValue() + " by " + entry.getKey().label())
                .collect(Collectors.joining());
        boolean mixed = summary.empty() > 0 && !summary.methods().isEmpty();
        out.printf(
                "copied %s, %s%s%s%s%s to %s%n",
                ByteCount.counted(summary.files(), "file"),
                ByteCount.rounded(summary.bytes()),
                summary.holes() == 0
                        ? ""
                        : " (%s in holes)".formatted(ByteCount.rounded(summary.holes())),
                methods,
                mixed ? ", " + summary.empty() + " without data" : "",
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
