package sluice.server.response;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;

import java.nio.charset.StandardCharsets;

/**
 * The Sluice-Path field, which each final response has. It says how the server will send the body,
 * as far as the loop knows when it writes the head; the head of a response to HEAD says it of GET's
 * body. A counter counts bytes that later take another path ({@link sluice.io.Counter}).
 *
 * @param cell how the loop waits, and the copy path of bytes from a file
 * @param guarded whether the loop checks that bytes are in memory before it sends them
 * @param tls who encrypts them; empty if nobody does
 * @param inFrames whether regions are cut into frames, so small that {@code auto} copies them
 */
public record PathLine(Cell cell, boolean guarded, String tls, boolean inFrames) {
    /** For regions that are sent as a whole. */
    public PathLine(Cell cell, boolean guarded, String tls) {
        this(cell, guarded, tls, false);
    }

    public static PathLine of(Machinery machinery, String tls) {
        Cell cell = machinery.cell();
        boolean guarded = machinery.copying().coldGuard() && cell.asksBeforeSending();
        return new PathLine(cell, guarded, tls);
    }

    /** The same for a protocol of frames. */
    public PathLine forFrames() {
        return new PathLine(cell, guarded, tls, true);
    }

    /** The copy path that the body will take; null if it is sent from memory. */
    public @Nullable CopyMode way(Body body) {
        if (body.inMemory()) {
            return null;
        }
        boolean asChosen =
                copied(body) < body.fileOctets() || chosen().copies() && !body.refuses(chosen());
        return asChosen ? chosen() : CopyMode.DIRECT;
    }

    /** How many of the body's octets from a file are copied. */
    private long copied(Body body) {
        if (body.inMemory() || chosen().copies() || body.refuses(chosen())) {
            return body.fileOctets();
        }
        long most = inFrames ? Long.MAX_VALUE : CopyMode.COPIED_MAX;
        return cell.copiesSmall() ? body.fileOctetsUpTo(most) : 0;
    }

    /** The line for a response with this body, including CR LF. */
    public byte[] line(Body body) {
        return ("Sluice-Path: " + value(body) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The value alone. */
    public String value(Body body) {
        CopyMode way = way(body);
        long kernel = body.fileOctets() - copied(body);
        return "copy=" + (way == null ? "memory" : way.label())
                + ", model=" + cell.model().label()
                + ", cold=" + (way == null ? "never" : guarded ? "guarded" : "waits")
                + ", kernel=" + kernel
                + ", user=" + (body.length() - kernel)
                + (tls.isEmpty() ? "" : ", tls=" + tls);
    }

    private CopyMode chosen() {
        return cell.effectiveCopy();
    }
}
