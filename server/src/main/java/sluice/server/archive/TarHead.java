package sluice.server.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * The head of an entry of a tar: a ustar block (POSIX.1-2024, pax, "ustar Interchange Format").
 * Before it stands a pax extended header, if a name or number does not fit into the block.
 */
final class TarHead {
    /** Heads and contents fill whole blocks. */
    static final int BLOCK = 512;

    /** Largest number of a field of 11 octal digits: one octet less than 8 GiB. */
    static final long OCTAL_MAX = 0_77777777777L;

    private static final int NAME = 100;
    private static final int PREFIX = 155;
    private static final byte[] EXTENDED = "././@PaxHeader".getBytes(US_ASCII);

    private static final int MODE_AT = 100;
    private static final int UID_AT = 108;
    private static final int GID_AT = 116;
    private static final int SIZE_AT = 124;
    private static final int MTIME_AT = 136;
    private static final int CHECKSUM_AT = 148;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final int DEVICE_AT = 329;
    private static final int PREFIX_AT = 345;

    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;

    private TarHead() {}

    /** Number of octets after a content that fill its last block. */
    static int padding(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    /**
     * Writes the head of a file or directory.
     *
     * @param path relative, in any encoding; that of a directory ends in a slash
     * @param mtime seconds since 1970
     */
    static byte[] of(byte[] path, long size, long mtime) {
        int split = split(path);
        byte[] records = records(path, split < 0, size, mtime);
        boolean extended = records.length > 0;
        int before = extended ? BLOCK + records.length + padding(records.length) : 0;
        byte[] head = new byte[before + BLOCK];
        if (extended) {
            System.arraycopy(EXTENDED, 0, head, 0, EXTENDED.length);
            fill(head, 0, 'x', FILE_MODE, records.length, 0);
            System.arraycopy(records, 0, head, BLOCK, records.length);
        }
        int from = Math.max(0, split);
        System.arraycopy(path, 0, head, before + PREFIX_AT, split > 0 ? split - 1 : 0);
        System.arraycopy(path, from, head, before, Math.min(NAME, path.length - from));
        boolean directory = path[path.length - 1] == '/';
        fill(
                head,
                before,
                directory ? '5' : '0',
                directory ? DIRECTORY_MODE : FILE_MODE,
                size > OCTAL_MAX ? 0 : size,
                isOctal(mtime) ? mtime : 0);
        return head;
    }

    private static boolean isOctal(long number) {
        return number >= 0 && number <= OCTAL_MAX;
    }

    /** Where the part of a path begins that goes into the field of the name; -1 if none fits. */
    private static int split(byte[] path) {
        if (path.length <= NAME) {
            return 0;
        }
        // The prefix, and the slash that is in neither field
        for (int i = Math.max(1, path.length - 1 - NAME); i < path.length - 1 && i <= PREFIX; i++) {
            if (path[i] == '/') {
                return i + 1;
            }
        }
        return -1;
    }

    /** The records of the extended header; none if the ustar block says all. */
    private static byte[] records(byte[] path, boolean tooLong, long size, long mtime) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        boolean utf8 = isUtf8(path);
        if (tooLong || utf8 && !isAscii(path)) {
            if (!utf8) {
                record(records, "hdrcharset", "BINARY".getBytes(US_ASCII));
            }
            record(records, "path", path);
        }
        if (size > OCTAL_MAX) {
            record(records, "size", Long.toString(size).getBytes(US_ASCII));
        }
        if (!isOctal(mtime)) {
            record(records, "mtime", Long.toString(mtime).getBytes(US_ASCII));
        }
        return records.toByteArray();
    }

    private static boolean isAscii(byte[] path) {
        for (byte octet : path) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUtf8(byte[] path) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(path));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** "LENGTH KEY=VALUE\n", where the length counts its own digits. */
    private static void record(ByteArrayOutputStream to, String key, byte[] value) {
        int rest = key.length() + value.length + " =\n".length();
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        to.writeBytes((length + " " + key + "=").getBytes(US_ASCII));
        to.writeBytes(value);
        to.write('\n');
    }

    private static void fill(byte[] head, int at, char type, int mode, long size, long mtime) {
        octal(head, at + MODE_AT, 7, mode);
        octal(head, at + UID_AT, 7, 0);
        octal(head, at + GID_AT, 7, 0);
        octal(head, at + SIZE_AT, 11, size);
        octal(head, at + MTIME_AT, 11, mtime);
        head[at + TYPE_AT] = (byte) type;
        byte[] magic = "ustar\00000".getBytes(ISO_8859_1);
        System.arraycopy(magic, 0, head, at + MAGIC_AT, magic.length);
        octal(head, at + DEVICE_AT, 7, 0);
        octal(head, at + DEVICE_AT + 8, 7, 0);
        // The sum counts its own field as spaces.
        Arrays.fill(head, at + CHECKSUM_AT, at + CHECKSUM_AT + 8, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + BLOCK; i++) {
            sum += head[i] & 0xFF;
        }
        octal(head, at + CHECKSUM_AT, 6, sum);
        head[at + CHECKSUM_AT + 6] = 0;
    }

    private static void octal(byte[] head, int at, int digits, long number) {
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            head[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
    }
}
