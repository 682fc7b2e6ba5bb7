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
        for (Model model : Model.values()) {
            for (Copy copy : Copy.values()) {
                String refusal = new Cell(model, copy).refusal();
                out.printf(
                        "  %-4s --model %-9s --copy %-12s %s%n",
                        refusal == null ? "yes" : "no",
                        model.label(),
                        copy.label(),
                        refusal == null ? "" : refusal);
            }
        }
        out.flush();
        return Main.OK;
    }
}
