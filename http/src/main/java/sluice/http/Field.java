package sluice.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Fields that the parsers recognise; other fields are kept, but cannot be looked up. */
public enum Field {
    ACCEPT("Accept"),
    ACCEPT_ENCODING("Accept-Encoding"),
    ACCEPT_LANGUAGE("Accept-Language"),
    ACCEPT_PATCH("Accept-Patch"),
    ACCEPT_RANGES("Accept-Ranges"),
    ALLOW("Allow"),
    AUTHORIZATION("Authorization"),
    CACHE_CONTROL("Cache-Control"),
    CONNECTION("Connection"),
    CONTENT_DIGEST("Content-Digest"),
    CONTENT_DISPOSITION("Content-Disposition"),
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
    PRIORITY("Priority"),
    RANGE("Range"),
    REFERER("Referer"),
    REPR_DIGEST("Repr-Digest"),
    RETRY_AFTER("Retry-After"),
    SEC_FETCH_SITE("Sec-Fetch-Site"),
    SERVER("Server"),
    TE("TE"),
    TRAILER("Trailer"),
    TRANSFER_ENCODING("Transfer-Encoding"),
    UPGRADE("Upgrade"),
    UPLOAD_COMPLETE("Upload-Complete"),
    UPLOAD_DRAFT_INTEROP_VERSION("Upload-Draft-Interop-Version"),
    UPLOAD_LENGTH("Upload-Length"),
    UPLOAD_LIMIT("Upload-Limit"),
    UPLOAD_OFFSET("Upload-Offset"),
    USER_AGENT("User-Agent"),
    VARY("Vary"),
    WANT_CONTENT_DIGEST("Want-Content-Digest"),
    WANT_REPR_DIGEST("Want-Repr-Digest"),
    WWW_AUTHENTICATE("WWW-Authenticate"),
    X_FORWARDED_FOR("X-Forwarded-For");

    /** Length of the longest name in the table of hashes, in words of eight letters. */
    private static final int WORDS = 3;
    /** The one name that is longer. Few requests have such a name: it is compared as a whole. */
    private static final byte[] LONG = Octets.ascii("upload-draft-interop-version");

    private static final Field[] VALUES = values();
    private static final Field[] TABLE = Arrays.stream(VALUES)
            .filter(field -> field.text.length() <= WORDS * 8)
            .toArray(Field[]::new);
    private static final int SLOTS = 512;
    private static final long MULTIPLIER = multiplier();
    private static final byte[] BY_HASH = byHash();

    private final String text;
    /** The name in lower case, eight letters to a word, the first one lowest. */
    private final long[] words = new long[WORDS];

    /** "Name: ", ready to be written. */
    final byte[] prefix;

    Field(String text) {
        this.text = text;
        this.prefix = Octets.ascii(text + ": ");
        for (int i = 0; i < Math.min(text.length(), WORDS * 8); i++) {
            words[i / 8] |= (long) Octets.lower(prefix[i]) << 8 * (i % 8);
        }
    }

    static int count() {
        return VALUES.length;
    }

    long bit() {
        return 1L << ordinal();
    }

    /** The ordinal of the field with this name, ignoring case, or -1. The name is a token. */
    static int ordinalOf(MemorySegment bytes, int from, int to) {
        int length = to - from;
        if (length > WORDS * 8) {
            boolean known = Octets.equalIgnoringCase(bytes, from, to, LONG);
            return known ? UPLOAD_DRAFT_INTEROP_VERSION.ordinal() : -1;
        }
        return ordinalOf(
                lower(bytes, from, to), lower(bytes, from + 8, to), lower(bytes, from + 16, to));
    }

    /** The field with this name in lower case, which alone HTTP/2 knows; else null. */
    static @Nullable Field spelled(byte[] name, int from, int to) {
        int length = to - from;
        if (length > WORDS * 8) {
            boolean known = Arrays.equals(name, from, to, LONG, 0, LONG.length);
            return known ? UPLOAD_DRAFT_INTEROP_VERSION : null;
        }
        long first = word(name, from, to);
        long second = word(name, from + 8, to);
        long third = word(name, from + 16, to);
        int ordinal = ordinalOf(first, second, third);
        return ordinal < 0 ? null : VALUES[ordinal];
    }

    private static long word(byte[] name, int from, int to) {
        long word = 0;
        for (int i = from; i < to && i < from + 8; i++) {
            word |= (name[i] & 0xFFL) << 8 * (i - from);
        }
        return word;
    }

    private static long lower(MemorySegment bytes, int from, int to) {
        long word = 0;
        for (int i = from; i < to && i < from + 8; i++) {
            word |= (long) Octets.lower(Octets.get(bytes, i)) << 8 * (i - from);
        }
        return word;
    }

    /** Like the method above, for a name in lower case, eight letters to a word. */
    static int ordinalOf(long first, long second, long third) {
        int candidate = BY_HASH[hash(first, second, third, MULTIPLIER)];
        if (candidate >= 0) {
            long[] words = VALUES[candidate].words;
            if (words[0] == first && words[1] == second && words[2] == third) {
                return candidate;
            }
        }
        return -1;
    }

    private static int hash(long first, long second, long third, long multiplier) {
        long mixed = first ^ Long.rotateLeft(second, 21) ^ Long.rotateLeft(third, 42);
        return (int) (mixed * multiplier >>> Long.SIZE - 9);
    }

    private int slot(long multiplier) {
        return hash(words[0], words[1], words[2], multiplier);
    }

    /**
     * The first odd multiplier that hashes no two names into the same slot. The search begins at
     * 2^64 divided by the golden ratio, by which multiplicative hashing spreads well (Knuth, The
     * Art of Computer Programming 3, 6.4).
     */
    private static long multiplier() {
        for (long multiplier = 0x9E3779B97F4A7C15L; ; multiplier += 2) {
            boolean[] taken = new boolean[SLOTS];
            boolean perfect = true;
            for (Field field : TABLE) {
                int slot = field.slot(multiplier);
                perfect &= !taken[slot];
                taken[slot] = true;
            }
            if (perfect) {
                return multiplier;
            }
        }
    }

    private static byte[] byHash() {
        byte[] slots = new byte[SLOTS];
        Arrays.fill(slots, (byte) -1);
        for (Field field : TABLE) {
            slots[field.slot(MULTIPLIER)] = (byte) field.ordinal();
        }
        return slots;
    }

    @Override
    public String toString() {
        return text;
    }
}
