package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.client.HttpUrl;
import sluice.client.Transfer;
import sluice.client.Upload;
import sluice.linux.PathBytes;
import sluice.server.ByteCount;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice put}. */
@Command(
        name = "put",
        description = {
            "Uploads a file to an HTTP server by PUT, from the file to the socket without copying"
                    + " its bytes into user space. After a broken connection the upload resumes if"
                    + " the server supports resumable uploads, as Sluice does; the same command"
                    + " given again does so, too. What it needs for that is in .cache/sluice in"
                    + " your home until the upload is complete.",
            "A directory is sent file by file, into a directory of its name (MKCOL). A file that"
                    + " the server has already, of the same size and not older, is skipped; hidden"
                    + " names and links are left out."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  sluice put film.mp4 host:8000/films/",
            "  sluice put film.mp4 host:8000/other-name.mp4",
            "  sluice put photos host:8000/"
        })
final class PutCommand implements Callable<Integer> {
    private static final int CREATED = 201;

    @Parameters(index = "0", paramLabel = "FILE", description = "file or directory to upload")
    private Path file = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "URL",
            description =
                    "URL to upload to, http:// by default; if it ends in a slash, the file's name"
                            + " is appended")
    private String url = "";

    @Option(
            names = "--verify",
            description = "read the file once more before, to send its SHA-256 with it (Sluice"
                    + " checks that before the file gets its name), and fail if the server does"
                    + " not tell the same SHA-256 afterwards")
    private boolean verify;

    @Mixin(name = "Request")
    private TransferOptions request = new TransferOptions();

    @Mixin(name = "TLS")
    private TrustOptions trust = new TrustOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        HttpUrl to;
        Transfer.Options options;
        try {
            to = HttpUrl.typed(url);
            options = request.options(trust.trust(err));
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        if (Files.isDirectory(file)) {
            if (verify) {
                throw wrong("--verify has no effect with the directory " + file
                        + "; send its files one by one with --verify");
            }
            if (!to.isDirectory()) {
                throw wrong(file + " is a directory: end the URL with a slash");
            }
            return FolderPut.run(
                    file,
                    to.directory(PathBytes.ofName(file.toAbsolutePath().normalize())),
                    options,
                    out,
                    err);
        }
        HttpUrl target = to.isDirectory() ? to.file(PathBytes.ofName(file)) : to;
        TransferLine line = new TransferLine(err, true);
        long begun = System.nanoTime();
        Upload.Summary summary;
        try {
            Upload upload = new Upload(file, target, line, Transfer.Pause.real(), Cache.uploads())
                    .with(options);
            summary = (verify ? upload.verify() : upload).run();
        } finally {
            line.finish();
        }
        String what = summary.status() == CREATED ? "created" : "stored";
        out.printf(
                "%s %s, %s in %.1f s%s%s%n",
                what,
                target,
                ByteCount.rounded(summary.octets()),
                (System.nanoTime() - begun) / 1e9,
                summary.verified() ? ", verified sha-256" : "",
                summary.resumable() || summary.octets() == 0
                        ? ""
                        : " (this server does not support resumable uploads)");
        return Exit.OK;
    }

    private ParameterException wrong(String reason) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), reason);
    }
}
