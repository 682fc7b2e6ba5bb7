package sluice.server.http1;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;

import java.nio.charset.StandardCharsets;

/**
 * The Sluice-Path field. It says how the server will send a body, as far as the loop knows when it
 * writes the head; a counter counts bytes that later take another path ({@link sluice.io.Counter}).
 *
 * @param copy the copy path of bytes from a file
 * @param model how the loop waits
 * @param guarded whether the loop checks that bytes are in memory before it sends them
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
     * The line, including CR LF.
     *
     * @param fromMemory whether the server sends the body from its memory
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
