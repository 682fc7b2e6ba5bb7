package sluice.http;

import java.lang.foreign.MemorySegment;

/** Content codings, RFC 9110 section 8.4.1; if a client ranks several equally, the first wins. */
public enum ContentCoding {
    BR("br", ".br"),
    ZSTD("zstd", ".zst"),
    GZIP("gzip", ".gz"),
    /** No coding. */
    IDENTITY("identity", "");

    private static final ContentCoding[] VALUES = values();
    private static final byte[] X_GZIP = Octets.ascii("x-gzip");

    private final String token;
    private final String suffix;
    private final byte[] lower;

    ContentCoding(String token, String suffix) {
        this.token = token;
        this.suffix = suffix;
        this.lower = Octets.ascii(token);
    }

    /** The name in Content-Encoding. */
    public String token() {
        return token;
    }

    /** The suffix of a file with this coding. */
    public String suffix() {
        return suffix;
    }

    /** The bit of this coding in a set of codings. */
    public int bit() {
        return 1 << ordinal();
    }

    static int count() {
        return VALUES.length;
    }

    static ContentCoding of(int ordinal) {
        return VALUES[ordinal];
    }

    /** The ordinal of the coding with this name, ignoring case, or -1. */
    static int ordinalOf(MemorySegment bytes, int from, int to) {
        for (ContentCoding coding : VALUES) {
            if (Octets.equalIgnoringCase(bytes, from, to, coding.lower)) {
                return coding.ordinal();
            }
        }
        return Octets.equalIgnoringCase(bytes, from, to, X_GZIP) ? GZIP.ordinal() : -1;
    }
}
