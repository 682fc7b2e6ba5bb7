package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.client.HttpUrl;
import sluice.client.Transfer;
import sluice.client.TreeDownload;
import sluice.linux.PathBytes;
import sluice.server.ByteCount;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of {@code sluice get} for a URL that ends in a slash: a directory. */
final class FolderGet {
    private FolderGet() {}

    /**
     * The directory to write to: of the last name in the URL, in this directory or in one that
     * exists; or as the user says.
     *
     * @return null if the URL names no directory, or one that has no name to take
     */
    static @Nullable Path target(HttpUrl from, @Nullable Path output) {
        if (!from.isDirectory()) {
            return null;
        }
        byte[] name = from.directoryName();
        boolean named = name.length > 0;
        if (output == null) {
            return named ? PathBytes.name(name) : null;
        }
        return named && Files.isDirectory(output) ? output.resolve(PathBytes.name(name)) : output;
    }

    static int run(
            HttpUrl from, Path to, Transfer.Options options, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        TransferLine line = new TransferLine(err, true);
        long begun = System.nanoTime();
        TreeDownload.Summary summary;
        try {
            summary = TreeDownload.run(from, to, options, line, Transfer.Pause.real());
        } finally {
            line.finish();
        }
        out.printf(
                "received %s, %s%s, %s in %.1f s%s%n",
                to,
                ByteCount.counted(summary.files(), "file"),
                summary.present() == 0
                        ? ""
                        : " (%,d were there already)".formatted(summary.present()),
                ByteCount.rounded(summary.octets()),
                (System.nanoTime() - begun) / 1e9,
                summary.spliced() == 0
                        ? ""
                        : ", %.1f %% by splice"
                                .formatted(100.0 * summary.spliced() / summary.octets()));
        return Exit.OK;
    }
}
