package sluice.server.response;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Residency;

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

    /** Whether the bytes are encrypted. */
    public boolean isSecure() {
        return !tls.isEmpty();
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

    /** The lines for a response with this body, each with CR LF. */
    public byte[] line(Body body) {
        String status = cacheStatus(body);
        return ("Sluice-Path: " + value(body) + "\r\n"
                        + (status == null ? "" : "Cache-Status: " + status + "\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
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
                + (tls.isEmpty() ? "" : ", tls=" + tls)
                + tier(body);
    }

    /** What of an object is on this machine. */
    private static String tier(Body body) {
        Residency residency = body.residency();
        if (residency == null) {
            return "";
        }
        long missing = body.missing();
        String how = residency.isStale() ? "stale" : missing == 0 ? "hit" : "fill";
        return ", tier=" + how + ", origin=" + missing;
    }

    /**
     * The value of Cache-Status (RFC 9211) of an object of a store; null for other bodies. What is
     * stale was asked for already, or will be.
     */
    public @Nullable String cacheStatus(Body body) {
        Residency residency = body.residency();
        if (residency == null) {
            return null;
        }
        if (body.missing() > 0) {
            return "Sluice; fwd=" + (body.missing() < body.fileOctets() ? "partial" : "miss");
        }
        return residency.isStale() ? "Sluice; hit; ttl=-1" : "Sluice; hit";
    }

    private CopyMode chosen() {
        return cell.effectiveCopy();
    }
}
