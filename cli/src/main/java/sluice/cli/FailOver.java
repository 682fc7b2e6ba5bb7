package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import sluice.lab.LabDiff;
import sluice.lab.LabResults;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares two runs of the lab, and says when a comparison fails. */
final class FailOver {
    private static final Pattern PERCENT = Pattern.compile("(\\d+(?:\\.\\d+)?)%?");

    @Option(
            names = "--fail-over",
            paramLabel = "PERCENT",
            description =
                    "of a comparison: exit with 3 if a request got dearer by more, as 5%%, and"
                            + " the 95 %% interval is all above it")
    private @Nullable String failOver;

    boolean isGiven() {
        return failOver != null;
    }

    /**
     * As a share; infinite if nothing is to fail.
     *
     * @throws ParameterException if it is no percentage
     */
    double threshold(CommandLine command) {
        if (failOver == null) {
            return Double.POSITIVE_INFINITY;
        }
        Matcher matcher = PERCENT.matcher(failOver);
        if (!matcher.matches()) {
            throw new ParameterException(command, "'" + failOver + "' is no percentage, as 5%");
        }
        return Double.parseDouble(matcher.group(1)) / 100;
    }

    /**
     * Prints the comparison.
     *
     * @return the exit code
     */
    int compare(LabResults first, LabResults second, CommandLine command)
            throws LabDiff.Incomparable {
        double threshold = threshold(command);
        PrintWriter text = command.getOut();
        LabDiff diff = LabDiff.of(first, second);
        text.print(diff.text());
        List<LabDiff.Row> dearer = diff.dearerBy(threshold);
        dearer.forEach(row -> text.printf(
                "%s got dearer than %s allows%n", row.name(), Objects.requireNonNull(failOver)));
        boolean broken = failOver != null && !diff.failed().isEmpty();
        return dearer.isEmpty() && !broken ? Exit.OK : Exit.WORSE;
    }
}
