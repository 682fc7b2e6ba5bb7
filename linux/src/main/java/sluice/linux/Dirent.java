package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Reads the entries that {@link FileCalls#getdents64} wrote: start at offset 0, continue at {@link
 * #next} up to the returned length.
 */
public final class Dirent {
    public static final int DT_UNKNOWN = 0;
    public static final int DT_FIFO = 1;
    public static final int DT_CHR = 2;
    public static final int DT_DIR = 4;
    public static final int DT_BLK = 6;
    public static final int DT_REG = 8;
    public static final int DT_LNK = 10;
    public static final int DT_SOCK = 12;

    static final int INO = 0;
    static final int RECLEN = 16;
    static final int TYPE = 18;
    static final int NAME = 19;

    private Dirent() {}

    /** Offset of the entry after the one at {@code offset}. */
    public static long next(MemorySegment entries, long offset) {
        return offset + Short.toUnsignedInt(entries.get(JAVA_SHORT, offset + RECLEN));
    }

    public static long ino(MemorySegment entries, long offset) {
        return entries.get(JAVA_LONG, offset + INO);
    }

    /** A DT_ constant; {@link #DT_UNKNOWN} on file systems that do not store the type. */
    public static int type(MemorySegment entries, long offset) {
        return entries.get(JAVA_BYTE, offset + TYPE);
    }

    /** The bytes of the name as they are on disk, in any encoding. */
    public static byte[] name(MemorySegment entries, long offset) {
        long start = offset + NAME;
        long end = start;
        while (entries.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return entries.asSlice(start, end - start).toArray(JAVA_BYTE);
    }
}
