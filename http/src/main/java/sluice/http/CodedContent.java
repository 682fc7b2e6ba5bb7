package sluice.http;

import org.jspecify.annotations.Nullable;

/**
 * What the first and last octets of a coded content tell without decoding it. A browser shows an
 * error page for a coding that it cannot decode, so a server looks before it sends one.
 *
 * <p>What this cannot tell: whether the octets between are intact; in zstd and brotli, whether a
 * content of the same length is another one; and the length of a brotli content of several blocks
 * or a zstd frame that does not state it.
 */
public final class CodedContent {
    /** Octets of the longest head: that of a zstd frame, RFC 8878 section 3.1.1. */
    public static final int HEAD = 18;
    /** Octets of gzip's trailer: CRC-32 and length, RFC 1952 section 2.3.1. */
    public static final int TAIL = 8;

    /** Magic octets, then deflate as the method: RFC 1952 section 2.3.1. */
    private static final int GZIP = 0x088b1f;
    /** A head of 10 octets, an empty deflate block of 2, the trailer. */
    private static final int GZIP_MIN = 10 + 2;

    private static final int GZIP_FLAGS_RESERVED = 0xe0;
    private static final long ZSTD = 0xfd2fb528L;
    /** RFC 9659 section 3: a decoder of the coding zstd need not take more. */
    private static final long ZSTD_WINDOW_MAX = 8 << 20;

    private CodedContent() {}

    /**
     * Why the content of this size is not what was coded, for people; null if nothing speaks
     * against it.
     *
     * @param head the first {@link #HEAD} octets, or all of fewer
     * @param tail the last {@link #TAIL} octets, or all of fewer
     */
    public static @Nullable String fault(
            ContentCoding coding, byte[] head, byte[] tail, long contentSize) {
        return switch (coding) {
            case GZIP -> gzip(head, tail, contentSize);
            case ZSTD -> zstd(head, contentSize);
            case BR -> brotli(head, contentSize);
            case IDENTITY -> null;
        };
    }

    /** The CRC-32 of the content in the trailer of gzip. */
    public static int checksum(byte[] tail) {
        return (int) number(tail, 0, Integer.BYTES);
    }

    /** Several members count as another content: the trailer has the length of the last alone. */
    private static @Nullable String gzip(byte[] head, byte[] tail, long contentSize) {
        if (head.length < GZIP_MIN
                || number(head, 0, 3) != GZIP
                || (head[3] & GZIP_FLAGS_RESERVED) != 0) {
            return "it is no gzip data";
        }
        // ISIZE is the length modulo 2^32.
        long length = number(tail, TAIL - Integer.BYTES, Integer.BYTES);
        return length == (contentSize & 0xffffffffL) ? null : other(length, contentSize);
    }

    /** RFC 8878 section 3.1.1.1: magic number, descriptor, window, dictionary, content size. */
    private static @Nullable String zstd(byte[] head, long contentSize) {
        if (head.length < 6 || number(head, 0, 4) != ZSTD) {
            return "it does not begin with a zstd frame";
        }
        int descriptor = head[4];
        boolean single = (descriptor & 0x20) != 0;
        if ((descriptor & 0x08) != 0 || (descriptor & 0x03) != 0) {
            return "it needs a dictionary or a newer decoder";
        }
        int at = single ? 5 : 6;
        int sizeLength = switch (descriptor >> 6 & 3) {
            case 0 -> single ? 1 : 0;
            case 1 -> 2;
            case 2 -> 4;
            default -> 8;
        };
        if (head.length < at + sizeLength) {
            return "it ends within its first frame's head";
        }
        // Two octets hold the size less 256.
        long length = number(head, at, sizeLength) + (sizeLength == 2 ? 256 : 0);
        if (sizeLength > 0 && length != contentSize) {
            return other(length, contentSize);
        }
        if ((single ? length : zstdWindow(head[5])) > ZSTD_WINDOW_MAX) {
            return "its window is larger than the 8 MiB that a browser takes (RFC 9659)";
        }
        return null;
    }

    private static long zstdWindow(int octet) {
        long base = 1L << 10 + (octet >> 3 & 0x1f);
        return base + base / 8 * (octet & 7);
    }

    /** RFC 7932 sections 9.1 and 9.2: the window, then the head of the first meta-block. */
    private static @Nullable String brotli(byte[] head, long contentSize) {
        long bits = number(head, 0, Math.min(head.length, Long.BYTES));
        int at = brotliWindow((int) bits);
        if (at < 0 || head.length == 0) {
            return "it is no brotli data that a browser takes (RFC 7932)";
        }
        boolean last = (bits >>> at & 1) != 0;
        at++;
        if (last && (bits >>> at & 1) != 0) {
            return contentSize == 0 ? null : other(0, contentSize);
        }
        at += last ? 1 : 0;
        int nibbles = 4 + (int) (bits >>> at & 3);
        at += 2;
        if (nibbles > 6) {
            // A meta-block of metadata says nothing about the content; its next bit is reserved.
            return (bits >>> at & 1) == 0 ? null : "it is no brotli data (RFC 7932)";
        }
        long length = (bits >>> at & (1L << 4 * nibbles) - 1) + 1;
        if (nibbles > 4 && length - 1 >>> 4 * (nibbles - 1) == 0) {
            return "it is no brotli data (RFC 7932)";
        }
        return last
                ? length == contentSize ? null : other(length, contentSize)
                : length <= contentSize ? null : other(length, contentSize);
    }

    /** The number of bits that WBITS takes; -1 for the large window that no browser knows. */
    private static int brotliWindow(int bits) {
        if ((bits & 1) == 0) {
            return 1;
        }
        if ((bits >> 1 & 7) != 0) {
            return 4;
        }
        return (bits >> 4 & 7) == 1 ? -1 : 7;
    }

    private static String other(long length, long contentSize) {
        return "it holds a content of " + length + " octets or more, and the file has "
                + contentSize;
    }

    /** A number in little-endian order. */
    private static long number(byte[] octets, int from, int length) {
        long number = 0;
        for (int i = 0; i < length; i++) {
            number |= (octets[from + i] & 0xffL) << Byte.SIZE * i;
        }
        return number;
    }
}
