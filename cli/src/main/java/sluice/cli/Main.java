package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** Entry point of the {@code sluice} command. */
@Command(
        name = "sluice",
        description = "Serves files without lifting their bytes into user space.",
        subcommands = {
            ServeCommand.class,
            GetCommand.class,
            PutCommand.class,
            CopyCommand.class,
            PrecompressCommand.class,
            DoctorCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "sluice 0.1.0")
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private Main() {}

    /** Runs a command and exits with its code: 0 ok, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(out, err, args));
    }

    /** The same without exiting, for tests. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err))
                .registerConverter(ModelChoice.class, ModelChoice::of)
                .registerConverter(sluice.io.Copy.class, name -> choice(sluice.io.Copy.class, name))
                .registerConverter(
                        sluice.copy.Way.class, name -> choice(sluice.copy.Way.class, name))
                .registerConverter(
                        sluice.io.Reactor.class, name -> choice(sluice.io.Reactor.class, name));
        if (args.length == 0) {
            commandLine.usage(err);
            return USAGE;
        }
        return commandLine.execute(args);
    }

    private static int failed(Exception failure, PrintWriter err) {
        err.println(
                "sluice: " + (failure instanceof IOException e ? Failures.inWords(e) : failure));
        return FAILED;
    }

    /** The names on the command line are those of reports: lower case, with hyphens. */
    private static <E extends Enum<E>> E choice(Class<E> type, String name) {
        return choice(type, "", name);
    }

    /** {@code others} are told beside them when there is none of the name: "auto, ". */
    static <E extends Enum<E>> E choice(Class<E> type, String others, String name) {
        try {
            return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(
                    "'" + name + "' is none of " + others + labels(type));
        }
    }

    private static String labels(Class<? extends Enum<?>> type) {
        StringBuilder labels = new StringBuilder();
        for (Enum<?> constant : type.getEnumConstants()) {
            labels.append(labels.isEmpty() ? "" : ", ")
                    .append(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return labels.toString();
    }
}
