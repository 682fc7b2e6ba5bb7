package sluice.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Content in each coding, valid and not compressed, so that no library decides what it is like. */
public final class Coded {
    private static final int STORED_MAX = 0xffff;
    private static final int BYTE = 0xff;

    private Coded() {}

    public static byte[] gzip(String content) {
        return gzip(content.getBytes(UTF_8));
    }

    /** Stored blocks: RFC 1951 section 3.2.4. */
    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) BYTE});
        int at = 0;
        do {
            int length = Math.min(STORED_MAX, content.length - at);
            out.write(at + length == content.length ? 1 : 0);
            out.writeBytes(number(length, 2));
            out.writeBytes(number(~length, 2));
            out.write(content, at, length);
            at += length;
        } while (at < content.length);
        CRC32 sum = new CRC32();
        sum.update(content);
        out.writeBytes(number(sum.getValue(), 4));
        out.writeBytes(number(content.length, 4));
        return out.toByteArray();
    }

    /** A window of 64 KiB, an uncompressed meta-block, an empty last one: RFC 7932 section 9.2. */
    public static byte[] brotli(String text) {
        byte[] content = text.getBytes(UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(number((content.length - 1L) << 4 | 1 << 20, 3));
        out.writeBytes(content);
        out.write(3);
        return out.toByteArray();
    }

    /** A single segment of a size in four octets, and a raw block: RFC 8878 section 3.1.1. */
    public static byte[] zstd(String text) {
        byte[] content = text.getBytes(UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(number(0xfd2fb528, 4));
        out.write(0xa0);
        out.writeBytes(number(content.length, 4));
        out.writeBytes(number((long) content.length << 3 | 1, 3));
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] number(long number, int length) {
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        return Arrays.copyOf(all, length);
    }
}
