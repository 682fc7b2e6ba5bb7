package sluice.server.http1;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.server.response.Body;

import java.nio.charset.StandardCharsets;

/**
 * The Sluice-Path field, which each final response has. It says how the server will send the body,
 * as far as the loop knows when it writes the head; the head of a response to HEAD says it of GET's
 * body. A counter counts bytes that later take another path ({@link sluice.io.Counter}).
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

    /** The line for a response with this body, including CR LF. */
    byte[] line(Body body) {
        boolean fromMemory = body.inMemory();
        CopyMode way = body.refuses(copy) ? CopyMode.DIRECT : copy;
        long kernel = fromMemory || way.copies() ? 0 : body.fileOctets();
        String text = "Sluice-Path: copy=" + (fromMemory ? "memory" : way.label())
                + ", model=" + model
                + ", cold=" + (fromMemory ? "never" : guarded ? "guarded" : "waits")
                + ", kernel=" + kernel
                + ", user=" + (body.length() - kernel) + "\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
