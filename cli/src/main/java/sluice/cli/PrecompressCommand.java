package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.server.Encoder;
import sluice.server.Precompressor;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code sluice precompress}. */
@Command(
        name = "precompress",
        description = "Creates .br, .zst and .gz siblings of the compressible files in a directory"
                + " tree, on all processors. Siblings that are up to date are kept.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {"", "Examples:", "  sluice precompress /srv/www"})
final class PrecompressCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "directory to search")
    private Path directory = Path.of(".");

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "files to compress at the same time (default: one per processor)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--mime",
            paramLabel = "EXT=TYPE",
            converter = TypeOfExtension.class,
            description = TypeOfExtension.DESCRIPTION)
    private List<TypeOfExtension.Pair> types = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.isDirectory(directory)) {
            err.println("sluice: " + directory + " is not a directory");
            return Exit.FAILED;
        }
        if (threads < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--threads must be 1 or more, not " + threads);
        }
        // Largest files first: then no thread starts a long task at the end.
        List<Precompressor.Task> tasks = tasks(spec.commandLine()).stream()
                .sorted(Comparator.comparingLong(Precompressor.Task::size).reversed())
                .toList();
        compress(tasks, err);
        out.println(
                made + " siblings created, " + left + " not worth storing, " + failed + " failed");
        return failed.get() == 0 ? Exit.OK : Exit.FAILED;
    }

    private List<Precompressor.Task> tasks(CommandLine command) throws IOException {
        try {
            return Precompressor.tasks(directory, Encoder.all(), TypeOfExtension.map(types));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    private void compress(List<Precompressor.Task> tasks, PrintWriter err)
            throws InterruptedException {
        long bytes = tasks.stream().mapToLong(Precompressor.Task::size).sum();
        ProgressLine progress = ProgressLine.onStderr("compressing", 0, bytes);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Precompressor.Task task : tasks) {
                pool.execute(() -> make(task, progress, err));
            }
            pool.shutdown();
            pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
        progress.finish();
    }

    private void make(Precompressor.Task task, ProgressLine progress, PrintWriter err) {
        try {
            switch (Precompressor.make(task)) {
                case MADE -> made.incrementAndGet();
                case NOT_WORTH_WHILE -> left.incrementAndGet();
            }
        } catch (IOException e) {
            failed.incrementAndGet();
            err.println("sluice: " + Failures.inWords(e));
        }
        progress.advance(task.size());
    }
}
