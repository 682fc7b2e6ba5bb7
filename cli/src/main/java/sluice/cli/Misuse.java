package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.stream.Collectors;

/** Wrong usage: one line with what is wrong, and one with where to read what there is. */
final class Misuse {
    private Misuse() {}

    /** Tells it, in place of a page of usage that would hide it. */
    static int report(ParameterException wrong, PrintWriter err) {
        CommandLine command = wrong.getCommandLine();
        err.println("sluice: " + words(wrong).replaceAll("\\R", " "));
        err.println("try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return Main.USAGE;
    }

    /** In our words: those of the library name places in arrays. */
    private static String words(ParameterException wrong) {
        return switch (wrong) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case OverwrittenOptionException twice ->
                name(twice.getOverwritten()) + " is given twice";
            case MissingParameterException missing -> missing(missing);
            case ParameterException e
            when e.getArgSpec() != null && e.getCause() instanceof TypeConversionException reason ->
                name(e.getArgSpec()) + ": " + reason.getMessage();
            default -> String.valueOf(wrong.getMessage());
        };
    }

    private static String unmatched(UnmatchedArgumentException wrong) {
        String first = wrong.getUnmatched().getFirst();
        if (wrong.isUnknownOption()) {
            String near = wrong.getSuggestions().stream().limit(1).collect(Collectors.joining());
            String hint = near.isEmpty() ? "" : "; did you mean " + near + "?";
            return "there is no option " + first.replaceFirst("=.*", "") + hint;
        }
        return wrong.getCommandLine().getParent() == null
                ? "there is no command '" + first + "'"
                : "'" + first + "' is one argument too many";
    }

    private static String missing(MissingParameterException wrong) {
        ArgSpec first = wrong.getMissing().isEmpty()
                ? wrong.getArgSpec()
                : wrong.getMissing().getFirst();
        return first instanceof OptionSpec option
                ? name(option) + " needs a value: " + option.paramLabel()
                : "an argument is missing: " + first.paramLabel();
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
