package sluice.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Want-Repr-Digest and Want-Content-Digest, RFC 9530 section 4: a dictionary (RFC 9651 section 3.2)
 * of algorithms with whole numbers from 0, "not acceptable", to 10.
 */
public final class WantDigest {
    private static final int HIGHEST = 10;
    private static final DigestAlgorithm[] ALGORITHMS = DigestAlgorithm.values();

    private WantDigest() {}

    /**
     * The algorithm that the client prefers, or null if it wants none that we support. A malformed
     * field is ignored.
     */
    public static @Nullable DigestAlgorithm best(Request request, Field field) {
        int best = 0;
        DigestAlgorithm choice = null;
        for (DigestAlgorithm algorithm : ALGORITHMS) {
            int liking = liking(request, field, algorithm);
            if (liking > best) {
                best = liking;
                choice = algorithm;
            }
        }
        return choice;
    }

    /** 0 to 10; also 0 if the field is malformed. The last of repeated keys counts. */
    private static int liking(Request request, Field field, DigestAlgorithm algorithm) {
        MemorySegment bytes = request.bytes();
        int liking = 0;
        for (int i = request.find(field); i >= 0; i = request.next(i)) {
            int at = request.valueFrom(i);
            int to = request.valueTo(i);
            while (at < to) {
                int key = Octets.skipSpace(bytes, at, to);
                int equals = endOfKey(bytes, key, to);
                int value = equals + 1;
                int end = Octets.skip(bytes, value, to, Octets.DIGIT);
                long number = Octets.decimal(bytes, value, end);
                boolean valid = equals > key
                        && equals < to
                        && Octets.get(bytes, equals) == '='
                        && number >= 0
                        && number <= HIGHEST;
                int next = Octets.skipSpace(bytes, end, to);
                boolean last = next == to;
                if (!valid || !last && (Octets.get(bytes, next) != ',' || next + 1 == to)) {
                    return 0;
                }
                if (Octets.equal(bytes, key, equals, algorithm.bytes)) {
                    liking = (int) number;
                }
                at = next + 1;
            }
        }
        return liking;
    }

    /** Keys consist of lower-case letters, digits and a few signs, RFC 9651 section 3.1.2. */
    private static int endOfKey(MemorySegment bytes, int from, int to) {
        int at = from;
        while (at < to && isKey(Octets.get(bytes, at), at == from)) {
            at++;
        }
        return at;
    }

    private static boolean isKey(int octet, boolean first) {
        boolean letter = octet >= 'a' && octet <= 'z' || octet == '*';
        boolean other =
                octet == '-' || octet == '_' || octet == '.' || Octets.is(octet, Octets.DIGIT);
        return letter || !first && other;
    }
}
