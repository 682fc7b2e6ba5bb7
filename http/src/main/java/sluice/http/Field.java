package sluice.http;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;

/** Names of fields that the parsers recognise; other fields are kept, but found by nobody. */
public enum Field {
    ACCEPT("Accept"),
    ACCEPT_ENCODING("Accept-Encoding"),
    ACCEPT_LANGUAGE("Accept-Language"),
    ACCEPT_RANGES("Accept-Ranges"),
    ALLOW("Allow"),
    AUTHORIZATION("Authorization"),
    CACHE_CONTROL("Cache-Control"),
    CONNECTION("Connection"),
    CONTENT_DIGEST("Content-Digest"),
    CONTENT_ENCODING("Content-Encoding"),
    CONTENT_LENGTH("Content-Length"),
    CONTENT_RANGE("Content-Range"),
    CONTENT_TYPE("Content-Type"),
    COOKIE("Cookie"),
    DATE("Date"),
    DESTINATION("Destination"),
    ETAG("ETag"),
    EXPECT("Expect"),
    FORWARDED("Forwarded"),
    HOST("Host"),
    HTTP2_SETTINGS("HTTP2-Settings"),
    IF_MATCH("If-Match"),
    IF_MODIFIED_SINCE("If-Modified-Since"),
    IF_NONE_MATCH("If-None-Match"),
    IF_RANGE("If-Range"),
    IF_UNMODIFIED_SINCE("If-Unmodified-Since"),
    LAST_MODIFIED("Last-Modified"),
    LOCATION("Location"),
    ORIGIN("Origin"),
    RANGE("Range"),
    REFERER("Referer"),
    REPR_DIGEST("Repr-Digest"),
    RETRY_AFTER("Retry-After"),
    SERVER("Server"),
    TE("TE"),
    TRAILER("Trailer"),
    TRANSFER_ENCODING("Transfer-Encoding"),
    UPGRADE("Upgrade"),
    UPLOAD_COMPLETE("Upload-Complete"),
    UPLOAD_LENGTH("Upload-Length"),
    UPLOAD_OFFSET("Upload-Offset"),
    USER_AGENT("User-Agent"),
    VARY("Vary"),
    WANT_CONTENT_DIGEST("Want-Content-Digest"),
    WANT_REPR_DIGEST("Want-Repr-Digest"),
    WWW_AUTHENTICATE("WWW-Authenticate"),
    X_FORWARDED_FOR("X-Forwarded-For");

    private static final Field[] VALUES = values();
    private static final int SLOTS = 256;
    private static final int MULTIPLIER = multiplier();
    private static final byte[] BY_HASH = byHash(MULTIPLIER);

    private final String text;
    private final byte[] lower;
    /** "Name: ", as a writer wants it. */
    final byte[] prefix;

    Field(String text) {
        this.text = text;
        this.lower = Octets.ascii(text.toLowerCase(Locale.ROOT));
        this.prefix = Octets.ascii(text + ": ");
    }

    static int count() {
        return VALUES.length;
    }

    long bit() {
        return 1L << ordinal();
    }

    /** The ordinal of the field with this name in any case, or -1. The name is a token. */
    static int ordinalOf(MemorySegment bytes, int from, int to) {
        byte first = Octets.get(bytes, from);
        byte last = Octets.get(bytes, to - 1);
        int candidate = BY_HASH[hash(first, last, to - from, MULTIPLIER)];
        boolean same = candidate >= 0
                && Octets.equalIgnoringCase(bytes, from, to, VALUES[candidate].lower);
        return same ? candidate : -1;
    }

    private static int hash(byte first, byte last, int length, int multiplier) {
        int key = (first | 0x20) << 16 | (last | 0x20) << 8 | length & 0xFF;
        return key * multiplier >>> 24;
    }

    /** The first odd multiplier under which no two names meet in one slot. */
    private static int multiplier() {
        for (int multiplier = 0x9E3779B1; ; multiplier += 2) {
            boolean[] taken = new boolean[SLOTS];
            boolean perfect = true;
            for (Field field : VALUES) {
                int slot = field.slot(multiplier);
                perfect &= !taken[slot];
                taken[slot] = true;
            }
            if (perfect) {
                return multiplier;
            }
        }
    }

    private static byte[] byHash(int multiplier) {
        byte[] slots = new byte[SLOTS];
        Arrays.fill(slots, (byte) -1);
        for (Field field : VALUES) {
            slots[field.slot(multiplier)] = (byte) field.ordinal();
        }
        return slots;
    }

    private int slot(int multiplier) {
        return hash(lower[0], lower[lower.length - 1], lower.length, multiplier);
    }

    @Override
    public String toString() {
        return text;
    }
}
