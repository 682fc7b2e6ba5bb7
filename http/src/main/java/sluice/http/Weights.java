package sluice.http;

import java.lang.foreign.MemorySegment;

/** Weights of content negotiation, RFC 9110 section 12.4.2, in thousandths. */
final class Weights {
    static final int INVALID = -1;
    static final int FULL = 1000;

    private Weights() {}

    /**
     * The weight of the list element [from, to): its parameter "q", or 1000 without one, or {@link
     * #INVALID}.
     */
    static int of(MemorySegment bytes, int from, int to) {
        int at = Lists.find(bytes, from, to, ';');
        while (at < to) {
            int next = Lists.find(bytes, at + 1, to, ';');
            int name = Octets.skipSpace(bytes, at + 1, next);
            boolean isWeight = next - name >= 2
                    && Octets.lower(Octets.get(bytes, name)) == 'q'
                    && Octets.get(bytes, name + 1) == '=';
            if (isWeight) {
                return parse(bytes, name + 2, Octets.trimEnd(bytes, name + 2, next));
            }
            at = next;
        }
        return FULL;
    }

    /** {@code 0[.ddd]} or {@code 1[.000]} with up to three digits. */
    private static int parse(MemorySegment bytes, int from, int to) {
        if (from == to || to - from > 5) {
            return INVALID;
        }
        int whole = Octets.get(bytes, from) - '0';
        if (whole < 0 || whole > 1 || to - from > 1 && Octets.get(bytes, from + 1) != '.') {
            return INVALID;
        }
        int thousandths = whole * FULL;
        int unit = 100;
        for (int at = from + 2; at < to; at++) {
            int digit = Octets.get(bytes, at) - '0';
            if (digit < 0 || digit > 9) {
                return INVALID;
            }
            thousandths += digit * unit;
            unit /= 10;
        }
        return thousandths <= FULL ? thousandths : INVALID;
    }
}
