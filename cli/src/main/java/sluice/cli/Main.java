package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Entry point of the {@code sluice} command. */
@Command(
        name = "sluice",
        description =
                "Serves, downloads, uploads and copies files; large ones without copying their"
                        + " bytes into user space.",
        subcommands = {
            ServeCommand.class,
            InitCommand.class,
            CheckCommand.class,
            ConfigCommand.class,
            ReloadCommand.class,
            GetCommand.class,
            PutCommand.class,
            CopyCommand.class,
            PrecompressCommand.class,
            AssertCommand.class,
            DoctorCommand.class,
            LabCommand.class,
            LoadCommand.class,
            CostCommand.class,
            ExplainCommand.class,
            HelpCommand.class,
            VersionCommand.class
        },
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        versionProvider = Version.class,
        footer = {"", "'sluice help COMMAND' tells more of one, with examples."})
public final class Main {
    private static final String OLD_COMPRESS = "--compress=";

    private Main() {}

    /** Runs a command and exits with its code: 0 ok, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(out, err, Arguments.exact(args)));
    }

    /** Like main, without exiting: for tests. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = commandLine(out, err);
        if (args.length == 0) {
            commandLine.usage(err);
            return Exit.USAGE;
        }
        int code = execute(commandLine, List.of(inTodaysSpelling(args)));
        out.flush(); // It flushes by itself after whole lines of println only.
        return code;
    }

    /** A server may be told more by the environment and a file. */
    private static int execute(CommandLine commandLine, List<String> args) {
        List<String> given = args.subList(1, args.size());
        Map<String, String> environment = System.getenv();
        List<String> all = args;
        if (args.getFirst().equals(ServeArguments.NAME)) {
            try {
                ServeArguments more = ServeArguments.mayBeMore(given, environment)
                        ? ServeArguments.of(given, environment)
                        : ServeArguments.of(given);
                CommandLine serve = Objects.requireNonNull(
                        commandLine.getSubcommands().get(ServeArguments.NAME));
                ((ServeCommand) serve.getCommandSpec().userObject()).use(more);
                all = Stream.concat(Stream.of(ServeArguments.NAME), more.arguments().stream())
                        .toList();
            } catch (ConfigError e) {
                return e.report(commandLine.getErr());
            } catch (ParameterException e) {
                // What the command line says is wrong, and the command tells it.
                all = args;
            }
        }
        return commandLine.execute(all.toArray(String[]::new));
    }

    /** Scripts may still name the cache by --compress=DIR, which was an option with a value. */
    private static String[] inTodaysSpelling(String... args) {
        return Stream.of(args)
                .flatMap(arg -> arg.startsWith(OLD_COMPRESS)
                        ? Stream.of(
                                "--compress",
                                "--compress-cache",
                                arg.substring(OLD_COMPRESS.length()))
                        : Stream.of(arg))
                .toArray(String[]::new);
    }

    /** The command with all its options. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        CommandLine all = Options.understood(new CommandLine(new Main()))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, _) -> Misuse.report(wrong, err))
                .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err));
        HelpPage.on(all);
        return all;
    }

    private static int failed(Exception failure, PrintWriter err) {
        err.println("sluice: "
                + (failure instanceof IOException e
                        ? Failures.inWords(e)
                        : LogLines.words(
                                System.Logger.Level.ERROR, "a fault of the program", failure)));
        return Exit.FAILED;
    }
}
