package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.client.HttpUrl;
import sluice.client.Transfer;
import sluice.client.Upload;
import sluice.server.ByteCount;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code sluice put}. */
@Command(
        name = "put",
        description = "Sends a file to an HTTP server by PUT, from file to socket without lifting"
                + " its bytes into user space. A server that knows resumable uploads, as Sluice"
                + " does, is asked after a broken connection how far it has come.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PutCommand implements Callable<Integer> {
    private static final int CREATED = 201;

    @Parameters(index = "0", paramLabel = "FILE", description = "the file")
    private Path file = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "URL",
            description = "the http:// URL it gets; one that ends in a slash is the directory")
    private String url = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        HttpUrl to;
        try {
            to = HttpUrl.parse(url);
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return Main.USAGE;
        }
        Path name = file.getFileName();
        HttpUrl target = to.isDirectory() && name != null ? to.file(name.toString()) : to;
        TransferLine line = new TransferLine(err);
        long begun = System.nanoTime();
        Upload.Summary summary;
        try {
            summary = new Upload(file, target, line, Transfer.Pause.real()).run();
        } finally {
            line.finish();
        }
        String what = summary.status() == CREATED ? "created" : "stored";
        out.printf(
                "%s %s, %s in %.1f s%s%n",
                what,
                target,
                ByteCount.rounded(summary.octets()),
                (System.nanoTime() - begun) / 1e9,
                summary.resumable() || summary.octets() == 0
                        ? ""
                        : " (this server knows no resumable uploads)");
        return Main.OK;
    }
}
