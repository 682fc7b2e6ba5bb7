package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.client.DrainedGet;
import sluice.client.HttpUrl;
import sluice.io.TlsTrust;
import sluice.server.ByteCount;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice assert}. */
@Command(
        name = "assert",
        description = "Gets a file, drops it, and checks what a Sluice server that was started with"
                + " --explain tells of how it sends the body. The exit code is 0 if the assertion"
                + " holds, 1 if not, and 2 if nobody can tell.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {"", "Examples:", "  sluice assert --zero-copy host:8000/film.mp4"})
final class AssertCommand implements Callable<Integer> {
    private static final int OK = 200;
    /** Nobody can tell: neither that it holds nor that it does not. */
    private static final int UNKNOWN = 2;
    /** The form of docs/copy-paths.md. */
    private static final Pattern PATH =
            Pattern.compile("copy=(\\S+), .*\\bkernel=(\\d{1,18}), user=(\\d{1,18})\\b.*");

    @Parameters(paramLabel = "URL", description = "URL of the file, http:// by default")
    private String url = "";

    @Option(
            names = "--zero-copy",
            description = "no byte of the body passes the server's user space")
    private boolean zeroCopy;

    @Mixin(name = "TLS")
    private TrustOptions trust = new TrustOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        if (!zeroCopy) {
            throw new ParameterException(command, "say what to assert: --zero-copy");
        }
        HttpUrl from;
        TlsTrust trusted;
        try {
            from = HttpUrl.typed(url);
            trusted = trust.trust(command.getErr());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
        DrainedGet.Answer answer;
        try {
            answer = DrainedGet.of(from, trusted);
        } catch (IOException e) {
            return unknown(command, Failures.inWords(e));
        }
        if (answer.status() != OK) {
            return unknown(
                    command,
                    from + ": the server answered " + answer.status()
                            + ", so there is no file to judge");
        }
        Matcher path = PATH.matcher(answer.path());
        if (!path.matches()) {
            return unknown(
                    command,
                    from + ": the server does not tell how it sends; start"
                            + " 'sluice serve' with --explain");
        }
        return judge(command, from, answer, path);
    }

    private static int unknown(CommandLine command, String words) {
        command.getErr().println("sluice: " + words);
        return UNKNOWN;
    }

    private static int judge(
            CommandLine command, HttpUrl from, DrainedGet.Answer answer, Matcher path) {
        String way = path.group(1);
        long kernel = Long.parseLong(path.group(2));
        long user = Long.parseLong(path.group(3));
        if (kernel + user != answer.octets()) {
            return unknown(
                    command,
                    from + ": " + ByteCount.exact(answer.octets())
                            + " came, which is not what the server tells of (Sluice-Path: "
                            + answer.path() + ")");
        }
        if (user > 0) {
            command.getErr()
                    .println("sluice: " + from + ": " + ByteCount.exact(user) + " of "
                            + ByteCount.grouped(answer.octets()) + " passed user space, by "
                            + way
                            + (way.equals("memory")
                                    ? "; --copy sendfile sends small files by the kernel, too"
                                    : "; 'sluice doctor DIR' tells what the server's disk"
                                            + " supports"));
            return Exit.FAILED;
        }
        command.getOut()
                .println("zero-copy: the kernel moved all " + ByteCount.exact(kernel) + " by "
                        + way);
        return Exit.OK;
    }
}
