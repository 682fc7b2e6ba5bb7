package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.server.upload.UploadReceiver;

/** The bodies of requests: those of uploads are received, all others skipped. */
final class BodyInput {
    /**
     * Octets of a request's body that may be on their way. None of them is kept: while a worker
     * writes, nothing is received, and TCP slows the client. So it bounds no memory, and may be as
     * large as the fastest way needs: 1 MiB is 100 Mbit/s over 80 ms.
     */
    static final int STREAM_WINDOW = 1 << 20;
    /** The same for all streams together. */
    static final int CONNECTION_WINDOW = 2 << 20;
    /** Octets that a body which nobody wants may have before the response. */
    static final int SKIPPED_MAX = 32 << 10;

    private final ControlFrames control;
    private final Streams streams;
    private final Endings endings;
    private final Answers answers;
    private int window = CONNECTION_WINDOW;
    /** Octets of the window to give back. */
    private int credit;

    /** The stream whose frame of data is coming in, or null if nobody wants it. */
    private @Nullable Http2Stream stream;

    private int id;
    private int length;

    BodyInput(ControlFrames control, Streams streams, Endings endings, Answers answers) {
        this.control = control;
        this.streams = streams;
        this.endings = endings;
        this.answers = answers;
    }

    /** A frame begins. */
    void begins(int number, int octets) {
        stream = null;
        id = number;
        length = octets;
        window -= octets;
        if (window < 0) {
            endings.connectionError(
                    ErrorCode.FLOW_CONTROL_ERROR, "more data than the window takes");
            return;
        }
        giveBack(octets);
        Http2Stream found = endings.live(number);
        if (number > streams.last()) {
            endings.connectionError(ErrorCode.PROTOCOL_ERROR, "data on a stream that is idle");
        } else if (found == null) {
            if (!streams.wasResetByUs(number)) {
                endings.streamError(number, ErrorCode.STREAM_CLOSED);
            }
        } else if (found.inputEnded) {
            endings.streamError(number, ErrorCode.STREAM_CLOSED);
        } else {
            receive(found, octets);
        }
    }

    /** Gives octets of the connection's window back, whatever becomes of their stream. */
    private void giveBack(int octets) {
        credit += octets;
        if (credit >= CONNECTION_WINDOW / 2) {
            control.windowUpdate(0, credit);
            window += credit;
            credit = 0;
        }
    }

    private void receive(Http2Stream found, int octets) {
        found.receiveWindow -= octets;
        if (found.receiveWindow < 0) {
            endings.streamError(id, ErrorCode.FLOW_CONTROL_ERROR);
            return;
        }
        stream = found;
        found.credit += octets;
        if (found.upload != null && found.credit >= STREAM_WINDOW / 2) {
            control.windowUpdate(id, found.credit);
            found.receiveWindow += found.credit;
            found.credit = 0;
        }
    }

    /** The stream of the frame, if it is still open. */
    private @Nullable Http2Stream current() {
        return stream != null && endings.live(id) == stream ? stream : null;
    }

    /** Whether the next octets are of an upload whose worker has to write first. */
    boolean awaitsWorker() {
        Http2Stream current = stream == null ? null : current();
        UploadReceiver upload = current == null ? null : current.upload;
        return upload != null && upload.isWorking();
    }

    /** Takes octets of the frame: how many. */
    int take(Block bytes, int from, int to) {
        Http2Stream current = current();
        UploadReceiver upload = current == null ? null : current.upload;
        int taken = upload == null || upload.body().isDone()
                ? to - from
                : upload.isWorking() ? 0 : upload.take(bytes, from, to);
        if (current != null) {
            current.received += taken;
        }
        return taken;
    }

    /** The frame has ended, and with the last one the body. */
    void ends(boolean last) {
        Http2Stream current = current();
        stream = null;
        if (length == 0 && !last && !endings.charge() || current == null) {
            return;
        }
        if (current.announced >= 0 && current.received > current.announced) {
            endings.streamError(id, ErrorCode.PROTOCOL_ERROR);
        } else if (last) {
            inputEnds(current);
        } else if (current.bodyDue && current.received > SKIPPED_MAX) {
            answers.bodyEnded(current);
        }
    }

    /** The client has sent the last octet of a request. */
    void inputEnds(Http2Stream of) {
        of.inputEnded = true;
        if (of.announced >= 0 && of.received != of.announced) {
            // RFC 9113 section 8.1.1.
            endings.streamError(of.id, ErrorCode.PROTOCOL_ERROR);
        } else if (of.upload != null) {
            of.upload.bodyEnded();
        } else if (of.bodyDue) {
            answers.bodyEnded(of);
        }
    }
}
