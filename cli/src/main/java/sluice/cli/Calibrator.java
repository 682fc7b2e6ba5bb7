package sluice.cli;

import sluice.server.ServedFiles;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * Measures up to which size {@code auto} should send files from memory, and stores that for {@code
 * serve}: for {@code doctor --calibrate} and {@code lab --keep}.
 */
final class Calibrator {
    /** From sizes where the response head matters up to the largest one sent from memory. */
    private static final int[] SIZES = {
        2 << 10,
        4 << 10,
        8 << 10,
        12 << 10,
        16 << 10,
        20 << 10,
        24 << 10,
        ServedFiles.MEMORY_UP_TO_MAX
    };

    /** Each has 200 requests per size and way: together enough for the JIT compiler. */
    private static final int WARM_UP_ROUNDS = 4;

    private Calibrator() {}

    /** Measures for so long, prints a table, and stores the result. */
    static void run(PrintWriter out, Duration time, Path file) throws IOException {
        List<Crossover.Row> rows;
        try (LoopbackMeasure measure = new LoopbackMeasure(SIZES)) {
            out.println("Serving over loopback: " + measure.description());
            out.println("CPU time of the server per response, in microseconds:"
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
        int memoryUpTo = Crossover.memoryUpTo(rows, ServedFiles.MEMORY_UP_TO);
        new Calibration(Machine.here(), LocalDate.now(), memoryUpTo).store(file);
        out.println();
        out.println("From now on auto sends files from memory up to " + memoryUpTo
                + " bytes (built in: " + ServedFiles.MEMORY_UP_TO + "); stored in " + file);
        out.flush();
    }

    private static String cost(Crossover.Cost cost) {
        return String.format(Locale.ROOT, "%.1f +- %.1f", cost.median(), cost.spread());
    }
}
