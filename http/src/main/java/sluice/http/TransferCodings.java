package sluice.http;

import java.lang.foreign.MemorySegment;

/** Lists of transfer codings other than the plain one, RFC 9112 section 6.1. */
final class TransferCodings {
    private static final byte[] CHUNKED = Octets.ascii("chunked");

    private TransferCodings() {}

    /**
     * True for a list of tokens of which the last and only the last is "chunked": codings that some
     * server may know, with a body whose end is beyond doubt.
     */
    static boolean endInOneChunked(MemorySegment bytes, int from, int to) {
        int at = from;
        while (true) {
            int end = Lists.endOfElement(bytes, at, to);
            int first = Octets.skipSpace(bytes, at, end);
            int last = Octets.trimEnd(bytes, first, end);
            int token = Octets.skip(bytes, first, last, Octets.TOKEN);
            boolean parameters = token < last && Octets.get(bytes, token) == ';';
            if (token == first || token < last && !parameters) {
                return false;
            }
            boolean chunked = Octets.equalIgnoringCase(bytes, first, token, CHUNKED);
            if (chunked || end == to) {
                return chunked && end == to && !parameters;
            }
            at = end + 1;
        }
    }
}
