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
 * @param cell how the loop waits, and the copy path of bytes from a file
 * @param guarded whether the loop checks that bytes are in memory before it sends them
 */
public record PathLine(Cell cell, boolean guarded) {
    public static PathLine of(Machinery machinery) {
        Cell cell = machinery.cell();
        boolean guarded = machinery.copying().coldGuard() && cell.asksBeforeSending();
        return new PathLine(cell, guarded);
    }

    /** The line for a response with this body, including CR LF. */
    byte[] line(Body body) {
        boolean fromMemory = body.inMemory();
        long bytes = body.fileOctets();
        long copied = fromMemory || chosen().copies() || body.refuses(chosen())
                ? bytes
                : cell.copiesSmall() ? body.fileOctetsUpTo(CopyMode.COPIED_MAX) : 0;
        CopyMode way = copied < bytes || chosen().copies() && !body.refuses(chosen())
                ? chosen()
                : CopyMode.DIRECT;
        long kernel = bytes - copied;
        String text = "Sluice-Path: copy=" + (fromMemory ? "memory" : way.label())
                + ", model=" + cell.model().label()
                + ", cold=" + (fromMemory ? "never" : guarded ? "guarded" : "waits")
                + ", kernel=" + kernel
                + ", user=" + (body.length() - kernel) + "\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private CopyMode chosen() {
        return cell.effectiveCopy();
    }
}
