package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

import sluice.copy.CopyMethod;
import sluice.io.CopyMode;
import sluice.io.IdlePolicy;
import sluice.io.Reactor;
import sluice.io.TlsProvider;
import sluice.server.AccessLogField;
import sluice.server.AccessLogFormat;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        return execute(commandLine, List.of(inTodaysSpelling(args)));
    }

    /** A server may be told more by the environment and a file. */
    private static int execute(CommandLine commandLine, List<String> args) {
        List<String> given = args.subList(1, args.size());
        Map<String, String> environment = System.getenv();
        List<String> all = args;
        if (args.getFirst().equals(ServeArguments.NAME)
                && ServeArguments.mayBeMore(given, environment)) {
            try {
                ServeArguments more = ServeArguments.of(given, environment);
                CommandLine serve = ServeArguments.serveOf(commandLine);
                ((ServeCommand) serve.getCommandSpec().userObject()).use(more.file());
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
        CommandLine all = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A path may begin with @: it is no file of arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((wrong, _) -> Misuse.report(wrong, err))
                .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err))
                .registerConverter(Path.class, Arguments::path)
                .registerConverter(ModelChoice.class, ModelChoice::of)
                .registerConverter(CopyMode.class, Names.COPIES::choice)
                .registerConverter(CopyMethod.class, Names.COPY_METHODS::choice)
                .registerConverter(Reactor.class, Names.REACTORS::choice)
                .registerConverter(IdlePolicy.class, Names.IDLE_POLICIES::choice)
                .registerConverter(SymlinkPolicy.class, Names.SYMLINKS::choice)
                .registerConverter(TlsProvider.class, Names.PROVIDERS::choice)
                .registerConverter(OnOff.class, Names.SWITCHES::choice)
                .registerConverter(AccessLogFormat.class, Names.LOG_FORMATS::choice)
                .registerConverter(SandboxOptions.When.class, Names.SANDBOX_TIMES::choice)
                .registerConverter(AccessLogField.class, Names.LOG_FIELDS::choice)
                .registerConverter(Integer.class, new WholeNumber())
                .registerConverter(int.class, new WholeNumber())
                .registerConverter(boolean.class, Main::given);
        HelpPage.on(all);
        return all;
    }

    /** Of an option that is a switch: picocli says true or false for the user, who says nothing. */
    private static Boolean given(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new TypeConversionException("it takes no value");
        };
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
