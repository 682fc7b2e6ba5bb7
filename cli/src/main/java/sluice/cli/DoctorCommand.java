package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Model;
import sluice.linux.Probe;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice doctor}: what this machine can do, tried and not guessed. */
@Command(
        name = "doctor",
        description = "Shows what this machine can do, and why not.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
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
        out.flush();
        return Main.OK;
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
