package sluice.server.http2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import sluice.http.FieldSection;
import sluice.http.HpackBuffer;
import sluice.http.HpackDecoder;
import sluice.http.RequestHead;
import sluice.io.Block;
import sluice.server.upload.UploadRequest;

import java.lang.foreign.MemorySegment;

/** Reads the header blocks of all connections of a loop, one after another. Loop thread only. */
final class RequestReader {
    /**
     * Most octets of a request's names and values, with 32 for each field (RFC 9113 section
     * 6.5.2): as many as the head of a request by HTTP/1 may have.
     */
    static final int LIST_MAX = RequestHead.MAX_HEAD;

    private final MemorySegment scratch;
    private final FieldSection section;
    private final RequestHead head = new RequestHead();
    private final HpackBuffer buffer = new HpackBuffer();
    private int length;

    RequestReader(Block scratch) {
        this.scratch = scratch.segment();
        section = new FieldSection(this.scratch);
    }

    /** A decoder for one connection. */
    HpackDecoder newDecoder() {
        return new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX, buffer);
    }

    /** Decodes a block, whatever becomes of its fields. */
    HpackDecoder.Outcome decode(
            HpackDecoder decoder, byte[] block, int from, int to, boolean trailers) {
        section.begin(trailers);
        return decoder.decode(block, from, to, section);
    }

    /**
     * Reads the request that was decoded last: the length of its head, which {@link #head} has;
     * {@link FieldSection#MALFORMED}, or a negative status.
     */
    int read(boolean bodyFollows) {
        length = section.end(head, bodyFollows);
        return length;
    }

    /** Whether the trailers that were decoded last are valid. */
    boolean readTrailers() {
        return section.endTrailers();
    }

    /** That request, for whoever changes files. */
    UploadRequest upload() {
        return UploadRequest.keep(head, 0, length);
    }

    /** The request that was read last. */
    RequestHead head() {
        return head;
    }

    /** A copy of that request, for {@link #readAgain}. */
    byte[] keep() {
        return scratch.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** Reads a request that was kept. */
    RequestHead readAgain(byte[] kept) {
        MemorySegment.copy(kept, 0, scratch, JAVA_BYTE, 0, kept.length);
        length = head.parse(scratch, 0, kept.length);
        return head;
    }
}
