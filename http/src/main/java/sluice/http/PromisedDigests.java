package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repr-Digest and Content-Digest, RFC 9530 sections 2 and 3: a dictionary (RFC 9651 section 3.2) of
 * algorithms with byte sequences.
 */
public final class PromisedDigests {
    /**
     * A key, its value, and parameters, of which RFC 9530 defines none: they are not looked into.
     * No group repeats, because java.util.regex recurses for such a group.
     */
    private static final Pattern MEMBER =
            Pattern.compile("([a-z*][a-z0-9_.*-]*+)=:([A-Za-z0-9+/]*+=*+):(?: *+;[^,\"]++)?+");

    private static final Pattern COMMA = Pattern.compile("[ \t]*+,[ \t]*+");

    private PromisedDigests() {}

    /**
     * The digests by the algorithms that we support; others are ignored. Section 4.2 of RFC 9651
     * has a malformed field ignored as a whole. The last of repeated keys counts.
     */
    public static Map<DigestAlgorithm, byte[]> of(Request request, Field field) {
        StringBuilder lines = new StringBuilder();
        for (int i = request.find(field); i >= 0; i = request.next(i)) {
            lines.append(lines.isEmpty() ? "" : ",").append(value(request, i));
        }
        return of(lines.toString());
    }

    private static String value(Request request, int line) {
        int from = request.valueFrom(line);
        byte[] octets = new byte[request.valueTo(line) - from];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = Octets.get(request.bytes(), from + i);
        }
        return new String(octets, ISO_8859_1);
    }

    /** The same for the value of a field, whose lines are joined by commas. */
    public static Map<DigestAlgorithm, byte[]> of(String value) {
        Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
        Matcher member = MEMBER.matcher(value);
        Matcher comma = COMMA.matcher(value);
        int end = value.length();
        for (int at = 0; at < end; at = comma.end()) {
            if (!member.region(at, end).lookingAt() || !keep(digests, member)) {
                return Map.of();
            }
            if (member.end() == end) {
                return digests;
            }
            if (!comma.region(member.end(), end).lookingAt() || comma.end() == end) {
                return Map.of();
            }
        }
        return digests;
    }

    private static boolean keep(Map<DigestAlgorithm, byte[]> digests, Matcher member) {
        try {
            byte[] octets = Base64.getDecoder().decode(member.group(2));
            for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
                if (algorithm.key().equals(member.group(1))) {
                    digests.put(algorithm, octets);
                }
            }
            return true;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** The value of a field that promises one digest. */
    public static String value(DigestAlgorithm algorithm, byte[] digest) {
        return algorithm.key() + "=:" + Base64.getEncoder().encodeToString(digest) + ":";
    }
}
