package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.client.Download;
import sluice.client.HttpUrl;
import sluice.client.Transfer;
import sluice.linux.PathBytes;
import sluice.server.ByteCount;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice get}. */
@Command(
        name = "get",
        description = "Downloads a file over HTTP, from the socket to the file without copying its"
                + " bytes into user space. After a broken connection it reconnects and requests the"
                + " rest; the same command given again does so, too. The file gets its name only"
                + " when it is complete; a file that has the name already stays until then.%n%n"
                + "A URL that ends in a slash is a directory: it comes as one tar (?tar), which"
                + " is unpacked while it arrives. Files that are there already, of the same size"
                + " and time, are not requested again.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  sluice get http://host:8000/film.mp4",
            "  sluice get http://host:8000/film.mp4 -o ~/Videos",
            "  sluice get http://host:8000/photos/"
        })
final class GetCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "URL",
            description = "http:// URL of the file, or of a directory: with a slash at its end")
    private String url = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "name of the file, or an existing directory to put it in (default: the"
                    + " last name in the URL)")
    private @Nullable Path output;

    @Option(
            names = "--verify",
            description = "fail, and give the file no name, if the server tells no SHA-256 of the"
                    + " file to compare; one that it tells is always compared")
    private boolean verify;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        HttpUrl from;
        try {
            from = HttpUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        if (Path.of("-").equals(output)) {
            throw wrong("get cannot write to stdout: it resumes from a file;"
                    + " use -o ./- for a file named -");
        }
        Path folder = FolderGet.target(from, output);
        if (folder != null && verify) {
            throw wrong("a server has no digest of a directory; get it without --verify");
        }
        if (folder != null) {
            return FolderGet.run(from, folder, out, err);
        }
        Path wanted = output == null ? Path.of("") : output;
        boolean intoDirectory = output == null || Files.isDirectory(wanted);
        if (intoDirectory && from.fileName().length == 0) {
            throw wrong(url + " does not name a file; give the file a name with -o");
        }
        Path target = intoDirectory ? wanted.resolve(PathBytes.name(from.fileName())) : wanted;
        TransferLine line = new TransferLine(err);
        long begun = System.nanoTime();
        Download.Summary summary;
        try {
            Download download = new Download(from, target, line, Transfer.Pause.real());
            summary = (verify ? download.demandDigest() : download).run();
        } finally {
            line.finish();
        }
        report(out, target, summary, System.nanoTime() - begun);
        return Exit.OK;
    }

    private static void report(PrintWriter out, Path to, Download.Summary summary, long nanos) {
        long received = summary.octets() - summary.resumedAt();
        out.printf(
                "received %s, %s in %.1f s%s%s, %s%n",
                to,
                ByteCount.rounded(received),
                nanos / 1e9,
                summary.resumedAt() == 0
                        ? ""
                        : " (resumed after %s)".formatted(ByteCount.rounded(summary.resumedAt())),
                summary.spliced() == 0
                        ? ""
                        : ", %.1f %% by splice".formatted(100.0 * summary.spliced() / received),
                summary.verified()
                        ? "verified sha-256"
                        : "not verified: the server told no digest");
    }

    private ParameterException wrong(String reason) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), reason);
    }
}
