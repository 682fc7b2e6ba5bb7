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
import java.nio.file.Files;
import java.util.stream.Collectors;

/** Wrong usage: one line with what is wrong, and one with where to read what there is. */
final class Misuse {
    /** A name that is longer or shorter by more letters was not meant. */
    private static final int TYPING_ERRORS = 2;

    private Misuse() {}

    /** Tells it, in place of a page of usage that would hide it. */
    static int report(ParameterException wrong, PrintWriter err) {
        CommandLine command = wrong.getCommandLine();
        err.println("sluice: " + words(wrong).replaceAll("\\R", " "));
        err.println("try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return Exit.USAGE;
    }

    /** In our words: those of the library name places in arrays. */
    static String words(ParameterException wrong) {
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
            String name = first.replaceFirst("=.*", "");
            return "there is no option " + name + hint(name, wrong);
        }
        CommandLine command = wrong.getCommandLine();
        if (command.getParent() != null || command.getSubcommands().isEmpty()) {
            return "'" + first + "' is one argument too many";
        }
        return "there is no command '" + first + "'"
                + (isDirectory(first)
                        ? "; to serve that directory: sluice serve " + first
                        : hint(first, wrong));
    }

    private static String hint(String name, UnmatchedArgumentException wrong) {
        return wrong.getSuggestions().stream()
                .limit(1)
                .filter(near -> Math.abs(near.length() - name.length()) <= TYPING_ERRORS)
                .map(near -> "; did you mean " + near + "?")
                .collect(Collectors.joining());
    }

    private static boolean isDirectory(String argument) {
        return !argument.isEmpty() && Files.isDirectory(Arguments.path(argument));
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
