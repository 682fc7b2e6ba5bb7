package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code sluice get}. */
@Command(
        name = "get",
        description = {
            "Downloads files over http or https; over http from the socket to the file without"
                + " copying their bytes into user space. After a broken connection it reconnects"
                + " and requests the rest; the same command given again does so, too. The file"
                + " gets its name only when it is complete; a file that has the name already stays"
                + " until then.",
            "A URL that ends in a slash is a directory: it comes as one tar (?tar), which is"
                    + " unpacked while it arrives. Files that are there already, of the same size"
                    + " and time, are not requested again."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  sluice get host:8000/film.mp4",
            "  sluice get host:8000/film.mp4 host:8000/notes.txt -o ~/Videos",
            "  sluice get host:8000/photos/         receives and unpacks the directory",
            "  sluice get host:8000/site.tar -o - | tar -x",
            "  sluice get -N host:8000/list.csv     receives it only if it has changed",
            "  sluice get https://host/film.mp4 --cacert our-ca.pem"
        })
final class GetCommand implements Callable<Integer> {
    private static final Path STDOUT = Path.of("-");

    @Parameters(
            arity = "1..*",
            paramLabel = "URL",
            description = "URL of the file, or of a directory: with a slash at its end; http:// by"
                    + " default; several are received in turn")
    private List<String> urls = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "name of the file, or an existing directory to put it in, or - for stdout"
                    + " (default: the last name in the URL)")
    private @Nullable Path output;

    @Option(
            names = {"-N", "--if-changed"},
            description = "receive nothing if the file here has the size and the time of last"
                    + " change that the server tells; get sets that time")
    private boolean onlyIfOther;

    @Option(
            names = "--verify",
            description = "fail, and give the file no name, if the server tells no SHA-256 of the"
                    + " file to compare; one that it tells is always compared, to stdout with this"
                    + " option only")
    private boolean verify;

    @Mixin(name = "Request")
    private TransferOptions request = new TransferOptions();

    @Mixin(name = "TLS")
    private TrustOptions trust = new TrustOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** One file or directory to receive; {@code to} is null for stdout. */
    private record Wanted(HttpUrl from, @Nullable Path to, boolean isFolder) {
        Wanted(HttpUrl from, @Nullable Path to) {
            this(from, to, false);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        Transfer.Options options;
        List<Wanted> all = new ArrayList<>();
        try {
            options = request.options(trust.trust(err));
            for (String url : urls) {
                all.add(wanted(url));
            }
            refuseTheSameName(all);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        int code = Exit.OK;
        for (Wanted one : all) {
            try {
                receive(one, options);
            } catch (IOException e) {
                err.println("sluice: " + Failures.inWords(e));
                code = Exit.FAILED;
                if (one.to == null) {
                    break;
                }
            }
        }
        return code;
    }

    private Wanted wanted(String url) {
        HttpUrl from = HttpUrl.typed(url);
        Path folder = STDOUT.equals(output) ? null : FolderGet.target(from, output);
        if (folder != null) {
            return folder(from, folder);
        }
        Path wanted = output == null ? Path.of("") : output;
        if (wanted.equals(STDOUT)) {
            if (onlyIfOther) {
                throw new IllegalArgumentException("-N has no effect with -o -: there is no file");
            }
            return new Wanted(from, null);
        }
        boolean intoDirectory = output == null || Files.isDirectory(wanted);
        if (intoDirectory && from.fileName().length == 0) {
            throw new IllegalArgumentException(url
                    + (from.isDirectory()
                            ? " is a directory without a name; give it one with -o"
                            : " does not name a file; give the file a name with -o"));
        }
        if (!intoDirectory && urls.size() > 1) {
            throw new IllegalArgumentException(
                    "-o must be an existing directory for several URLs, not " + wanted);
        }
        return new Wanted(
                from, intoDirectory ? wanted.resolve(PathBytes.name(from.fileName())) : wanted);
    }

    private Wanted folder(HttpUrl from, Path to) {
        if (verify) {
            throw new IllegalArgumentException("--verify has no effect with the directory " + from
                    + ": it comes as one tar, of which a server tells no SHA-256");
        }
        if (onlyIfOther) {
            throw new IllegalArgumentException("-N has no effect with the directory " + from
                    + ": files that are there already are never received again");
        }
        return new Wanted(from, to, true);
    }

    /** The last of them would be all that is left. */
    private static void refuseTheSameName(List<Wanted> all) {
        Set<Path> names = new HashSet<>();
        for (Wanted one : all) {
            if (one.to != null && !names.add(one.to)) {
                throw new IllegalArgumentException("two of the URLs name a file " + one.to
                        + "; receive one of them by another name (-o)");
            }
        }
    }

    private void receive(Wanted one, Transfer.Options options)
            throws IOException, InterruptedException {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        Path to = one.to;
        if (one.isFolder && to != null) {
            FolderGet.run(one.from, to, options, spec.commandLine().getOut(), err);
            return;
        }
        boolean draws = to != null || Terminal.columns(Terminal.STDOUT) == 0;
        TransferLine line = new TransferLine(err, draws);
        long begun = System.nanoTime();
        Download.Summary summary;
        try {
            Download download =
                    new Download(one.from, to, line, Transfer.Pause.real()).with(options);
            download = verify ? download.demandDigest() : download;
            summary = (onlyIfOther ? download.onlyIfOther() : download).run();
        } finally {
            line.finish();
        }
        long nanos = System.nanoTime() - begun;
        if (to == null) {
            err.println(report("stdout", summary, nanos));
        } else {
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    summary.current()
                            ? to + " is up to date"
                                    + (summary.verified() ? ", verified sha-256" : "")
                            : report(to.toString(), summary, nanos));
        }
    }

    private String report(String to, Download.Summary summary, long nanos) {
        long received = summary.octets() - summary.resumedAt();
        String unverified = output != null && output.equals(STDOUT) && !verify
                ? "not verified: without --verify nothing sums what goes to stdout"
                : "not verified: the server told no digest";
        return "received %s, %s in %.1f s%s%s, %s"
                .formatted(
                        to,
                        ByteCount.rounded(received),
                        nanos / 1e9,
                        summary.resumedAt() == 0
                                ? ""
                                : " (resumed after %s)"
                                        .formatted(ByteCount.rounded(summary.resumedAt())),
                        summary.spliced() == 0
                                ? ""
                                : ", %.1f %% by splice"
                                        .formatted(100.0 * summary.spliced() / received),
                        summary.verified() ? "verified sha-256" : unverified);
    }
}
