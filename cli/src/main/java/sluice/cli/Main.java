package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import sluice.copy.CopyMethod;
import sluice.io.CopyMode;
import sluice.io.IdlePolicy;
import sluice.io.Reactor;

import java.io.IOException;
import java.io.PrintWriter;

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
        System.exit(run(out, err, args));
    }

    /** Like main, without exiting: for tests. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err))
                .registerConverter(ModelChoice.class, ModelChoice::of)
                .registerConverter(CopyMode.class, Names.COPIES::choice)
                .registerConverter(CopyMethod.class, Names.COPY_METHODS::choice)
                .registerConverter(Reactor.class, Names.REACTORS::choice)
                .registerConverter(IdlePolicy.class, Names.IDLE_POLICIES::choice);
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
}
