package sluice.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** The Accept-Encoding of a request, RFC 9110 section 12.5.3. Reusable: one per event loop. */
public final class AcceptEncoding {
    private static final int UNSAID = -1;
    /**
     * Identity is acceptable if the field does not mention it, but ranks below all named codings.
     */
    private static final int LEAST = 1;

    /** Twice the weights in thousandths, so that {@link #LEAST} is below the lowest one. */
    private final int[] weights = new int[ContentCoding.count()];

    /** An object that accepts no coding but identity. */
    public AcceptEncoding() {
        reset();
        applyToOthers(UNSAID);
    }

    private void reset() {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = UNSAID;
        }
    }

    /**
     * Parses all lines of the field. Without the field any coding is acceptable, but this accepts
     * only identity: a client gets no coding that it did not ask for. Malformed elements are
     * ignored.
     */
    public void parse(Request request) {
        reset();
        int others = UNSAID;
        MemorySegment bytes = request.bytes();
        for (int i = request.find(Field.ACCEPT_ENCODING); i >= 0; i = request.next(i)) {
            int at = request.valueFrom(i);
            int to = request.valueTo(i);
            while (at < to) {
                int end = Lists.endOfElement(bytes, at, to);
                int name = Octets.skipSpace(bytes, at, end);
                int nameEnd = Octets.skip(bytes, name, end, Octets.TOKEN);
                int weight = endsName(bytes, nameEnd, end) ? Weights.of(bytes, nameEnd, end) : -1;
                int coding = ContentCoding.ordinalOf(bytes, name, nameEnd);
                if (weight >= 0 && coding >= 0) {
                    weights[coding] = 2 * weight;
                } else if (weight >= 0 && isStar(bytes, name, nameEnd)) {
                    others = 2 * weight;
                }
                at = end + 1;
            }
        }
        applyToOthers(others);
    }

    private static boolean isStar(MemorySegment bytes, int from, int to) {
        return to - from == 1 && Octets.get(bytes, from) == '*';
    }

    private static boolean endsName(MemorySegment bytes, int at, int end) {
        int next = Octets.skipSpace(bytes, at, end);
        return next == end || Octets.get(bytes, next) == ';';
    }

    private void applyToOthers(int others) {
        int identity = ContentCoding.IDENTITY.ordinal();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] == UNSAID) {
                weights[i] = i == identity && others != 0 ? LEAST : Math.max(0, others);
            }
        }
    }

    /** True unless the coding is refused, by name or by "*", or needs asking for and was not. */
    public boolean accepts(ContentCoding coding) {
        return weights[coding.ordinal()] > 0;
    }

    /**
     * The coding that the client prefers among a set of {@link ContentCoding#bit}s, or null if it
     * accepts none of them. Then the server sends 406, or an unacceptable coding all the same.
     */
    public @Nullable ContentCoding best(int available) {
        int best = -1;
        int weight = 0;
        for (int i = 0; i < weights.length; i++) {
            if ((available & 1 << i) != 0 && weights[i] > weight) {
                best = i;
                weight = weights[i];
            }
        }
        return best < 0 ? null : ContentCoding.of(best);
    }
}
