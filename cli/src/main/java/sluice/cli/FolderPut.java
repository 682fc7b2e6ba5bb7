package sluice.cli;

import sluice.client.HttpUrl;
import sluice.client.Transfer;
import sluice.client.TreeUpload;
import sluice.server.ByteCount;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** The part of {@code sluice put} for a directory. */
final class FolderPut {
    private FolderPut() {}

    static int run(
            Path from, HttpUrl to, Transfer.Options options, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        TransferLine line = new TransferLine(err, true);
        long begun = System.nanoTime();
        TreeUpload.Summary summary;
        try {
            summary =
                    TreeUpload.run(from, to, options, line, Transfer.Pause.real(), Cache.uploads());
        } finally {
            line.finish();
        }
        out.printf(
                "stored %s, %s%s%s, %s in %.1f s%n",
                to,
                ByteCount.counted(summary.files(), "file"),
                summary.present() == 0
                        ? ""
                        : " (%,d were there already)".formatted(summary.present()),
                summary.left() == 0
                        ? ""
                        : " (%,d hidden names, links and the like stayed here)"
                                .formatted(summary.left()),
                ByteCount.rounded(summary.octets()),
                (System.nanoTime() - begun) / 1e9);
        return Exit.OK;
    }
}
