package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

import sluice.copy.CopyMethod;
import sluice.io.CopyMode;
import sluice.io.IdlePolicy;
import sluice.io.Reactor;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Entry point of the {@code sluice} command. */
@Command(
        name = "sluice",
        description =
                "Serves, downloads, uploads and copies files; large ones without copying their"
                        + " bytes into user space.",
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
        System.exit(run(out, err, Arguments.exact(args)));
    }

    /** Like main, without exiting: for tests. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = commandLine(out, err);
        if (args.length == 0) {
            commandLine.usage(err);
            return USAGE;
        }
        return commandLine.execute(args);
    }

    /** The command with all its options. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A path may begin with @: it is no file of arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((wrong, _) -> misused(wrong, err))
                .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err))
                .registerConverter(Path.class, Arguments::path)
                .registerConverter(ModelChoice.class, ModelChoice::of)
                .registerConverter(CopyMode.class, Names.COPIES::choice)
                .registerConverter(CopyMethod.class, Names.COPY_METHODS::choice)
                .registerConverter(Reactor.class, Names.REACTORS::choice)
                .registerConverter(IdlePolicy.class, Names.IDLE_POLICIES::choice);
    }

    /** One line, which a page of usage would hide. */
    private static int misused(ParameterException wrong, PrintWriter err) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String reason = String.valueOf(wrong.getMessage()).replaceAll("\\R", " ");
        err.println("sluice: " + reason + " (" + command + " --help lists what there is)");
        return USAGE;
    }

    private static int failed(Exception failure, PrintWriter err) {
        err.println(
                "sluice: " + (failure instanceof IOException e ? Failures.inWords(e) : failure));
        return FAILED;
    }
}
