package sluice.server.http1;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;

import java.nio.charset.StandardCharsets;

/**
 * The field that tells how an answer's bytes travel, as far as that is known when its head is
 * written: what then goes another way is counted ({@link sluice.io.Counter}).
 *
 * @param copy the path of bytes that come from a file
 * @param model how the loop waits
 * @param guarded whether a loop asks if bytes are in memory before it sends them
 */
public record PathLine(CopyMode copy, String model, boolean guarded) {
    public static PathLine of(Machinery machinery) {
        Cell cell = machinery.cell();
        return new PathLine(
                cell.effectiveCopy(),
                cell.model().label(),
                machinery.copying().coldGuard() && cell.asksBeforeSending());
    }

    /**
     * The line, with CR LF.
     *
     * @param fromMemory whether the body is sent from memory of ours
     * @param bytes of a file in the body
     */
    byte[] line(boolean fromMemory, long bytes) {
        boolean user = fromMemory || copy.copies();
        String text = "Sluice-Path: copy=" + (fromMemory ? "memory" : copy.label())
                + ", model=" + model
                + ", cold=" + (fromMemory ? "never" : guarded ? "guarded" : "waits")
                + ", kernel=" + (user ? 0 : bytes)
                + ", user=" + (user ? bytes : 0) + "\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
