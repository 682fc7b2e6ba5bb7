package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Model;
import sluice.linux.Probe;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice doctor}: what this machine can do, tried and not guessed. */
@Command(
        name = "doctor",
        description = "Shows what this machine can do, and why not.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    /** Of two kibibytes the head is a good part; of the largest it is nothing. */
    private static final int[] SIZES = {
        2 << 10, 4 << 10, 8 << 10, 12 << 10, 16 << 10, 20 << 10, 24 << 10, Sluice.MEMORY_UP_TO_MAX
    };

    /** Of 200 requests for each size each way: what the JIT compiler needs. */
    private static final int WARM_UP_ROUNDS = 4;

    private static final int SECONDS_MAX = 40;

    @Option(
            names = "--calibrate",
            arity = "0..1",
            paramLabel = "SECONDS",
            fallbackValue = "10",
            description = "measure up to which size auto had better send files from memory here,"
                    + " and keep that for `sluice serve` (for 10 seconds)")
    private @Nullable Integer calibrate;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (calibrate != null) {
            if (calibrate < 1 || calibrate > SECONDS_MAX) {
                spec.commandLine()
                        .getErr()
                        .println("sluice: --calibrate takes 1 to " + SECONDS_MAX + " seconds, not "
                                + calibrate);
                return Main.USAGE;
            }
            calibrate(out, Duration.ofSeconds(calibrate), Calibration.file());
            return Main.OK;
        }
        out.println("Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", " + System.getProperty("os.arch"));
        out.println();
        Probe.run()
                .features()
                .forEach(feature -> out.printf(
                        "  %-4s %-20s %s%n",
                        feature.available() ? "yes" : "no", feature.name(), feature.detail()));
        out.println();
        printCells(out);
        out.println();
        Calibration.Choice auto = Calibration.choose(Calibration.file(), Machine.here());
        out.println("  auto sends files from memory up to " + auto.memoryUpTo() + " bytes"
                + (auto.words().isEmpty()
                        ? " (built in; --calibrate measures it here)"
                        : auto.words()));
        out.flush();
        return Main.OK;
    }

    private static void calibrate(PrintWriter out, Duration time, Path file) throws IOException {
        List<Crossover.Row> rows;
        try (LoopbackMeasure measure = new LoopbackMeasure(SIZES)) {
            out.println("Serving over loopback: " + measure.description());
            out.println("Processor time of the server per response, in microseconds:"
                    + " median, and half the distance between the quartiles");
            out.flush();
            measure.warmUp(WARM_UP_ROUNDS);
            rows = Crossover.measure(SIZES, measure, System::nanoTime, time.toNanos());
        }
        out.println();
        out.printf("  %8s  %-14s  %-14s  %s%n", "bytes", "memory", "copy path", "saved by memory");
        for (Crossover.Row row : rows) {
            out.printf(
                    "  %8d  %-14s  %-14s  %s%n",
                    row.size(), cost(row.memory()), cost(row.file()), cost(row.saved()));
        }
        int memoryUpTo = Crossover.memoryUpTo(rows, Sluice.MEMORY_UP_TO);
        new Calibration(Machine.here(), LocalDate.now(), memoryUpTo).store(file);
        out.println();
        out.println("auto sends files from memory up to " + memoryUpTo + " bytes (built in: "
                + Sluice.MEMORY_UP_TO + "), from now on; kept in " + file);
        out.flush();
    }

    private static String cost(Crossover.Cost cost) {
        return String.format(Locale.ROOT, "%.1f +- %.1f", cost.median(), cost.spread());
    }

    /** Which copy path goes with which model; what refuses a model as such is told below. */
    private static void printCells(PrintWriter out) {
        out.printf("  %-14s", "--model");
        for (Copy copy : Copy.values()) {
            out.print("  " + copy.label());
        }
        out.println("  (--copy)");
        for (Model model : Model.values()) {
            out.printf("  %-14s", model.label());
            for (Copy copy : Copy.values()) {
                boolean runs = new Cell(model, copy).refusal() == null;
                out.printf("  %-" + copy.label().length() + "s", runs ? "yes" : "no");
            }
            out.println();
        }
        out.println();
        out.println("  Why not: serve with a pair that is refused tells what it lacks.");
        for (Model model : Model.values()) {
            String refusal = new Cell(model, Copy.AUTO).refusal();
            if (refusal != null) {
                out.println("  " + refusal);
            }
        }
        for (Copy copy : Copy.values()) {
            out.println("  copy path " + copy.label() + " works on " + copy.socketsInWords());
        }
    }
}
