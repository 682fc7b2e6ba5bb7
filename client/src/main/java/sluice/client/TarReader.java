package sluice.client;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Reads a tar of files and directories as it arrives: ustar blocks and pax extended headers
 * (POSIX.1-2024, pax). Refuses anything else, links above all.
 *
 * <pre>
 *   HEAD --extended--> RECORDS --> HEAD
 *     +--file--> CONTENT --> PADDING --> HEAD
 *     +--empty block--> END
 * </pre>
 */
final class TarReader {
    private static final int BLOCK = 512;
    /** Longest extended header: a path of PATH_MAX and more than a few numbers fit. */
    private static final int RECORDS_MAX = 64 << 10;
    /** Most entries: a server could fill the disk with names alone. */
    private static final long ENTRIES_MAX = 10_000_000;

    private static final int SIZE_AT = 124;
    private static final int MTIME_AT = 136;
    private static final int CHECKSUM_AT = 148;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final int PREFIX_AT = 345;
    private static final int NAME = 100;
    private static final int PREFIX = 155;
    private static final int NUMBER = 12;
    private static final int CHECKSUM = 8;

    /** Takes the entries, in their order. */
    interface Entries {
        /** A directory: the path ends in a slash. */
        void directory(byte[] path, long mtime) throws IOException;

        /** A file begins: how many of its octets are there already, and need not come. */
        long file(byte[] path, long size, long mtime) throws IOException;

        /** The next octets of the file. */
        void content(MemorySegment bytes, int from, int to) throws IOException;

        /** The file has all its octets. */
        void fileEnds() throws IOException;
    }

    private enum State {
        HEAD,
        RECORDS,
        CONTENT,
        PADDING,
        END
    }

    private final Entries entries;
    private final byte[] block = new byte[BLOCK];
    private State state = State.HEAD;
    private int filled;
    private byte[] records = {};
    private int recordsFilled;
    private long position;
    private long count;
    private long left;
    private long known;
    private int padding;
    private byte[] path = {};
    private long size = -1;
    private long mtime = Long.MIN_VALUE;

    TarReader(Entries entries) {
        this.entries = entries;
    }

    /** Octets of the tar that were read or skipped. */
    long position() {
        return position;
    }

    /** Octets of the current file that are there already; the next ones of the tar are these. */
    long known() {
        return state == State.CONTENT ? known : 0;
    }

    /** Octets of the current file that are to come. */
    long contentLeft() {
        return state == State.CONTENT && known == 0 ? left : 0;
    }

    /** Whether the end of the tar was read. */
    boolean hasEnded() {
        return state == State.END;
    }

    /** Goes behind the octets that are there already. */
    void skipKnown() throws IOException {
        position += known;
        left -= known;
        known = 0;
        endContent();
    }

    /** Octets of the current file have come to it by another way. */
    void moved(long octets) throws IOException {
        position += octets;
        left -= octets;
        endContent();
    }

    /** Reads the next octets. */
    void read(MemorySegment bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            int most = to - at;
            int took = switch (state) {
                case HEAD -> head(bytes, at, most);
                case RECORDS -> records(bytes, at, most);
                case CONTENT -> content(bytes, at, most);
                case PADDING -> padding(most);
                case END -> most;
            };
            at += took;
            position += took;
        }
    }

    private int head(MemorySegment bytes, int at, int most) throws IOException {
        int took = Math.min(most, BLOCK - filled);
        MemorySegment.copy(bytes, JAVA_BYTE, at, block, filled, took);
        filled += took;
        if (filled == BLOCK) {
            filled = 0;
            begin();
        }
        return took;
    }

    private void begin() throws IOException {
        if (isEmpty()) {
            state = State.END;
            return;
        }
        if (!new String(block, MAGIC_AT, 5, ISO_8859_1).equals("ustar")
                || number(CHECKSUM_AT, CHECKSUM) != sum()) {
            throw malformed("a head is damaged");
        }
        char type = (char) (block[TYPE_AT] & 0xFF);
        long told = number(SIZE_AT, NUMBER);
        if (type == 'x') {
            if (told > RECORDS_MAX) {
                throw malformed("an extended header has " + told + " bytes");
            }
            records = new byte[(int) told];
            recordsFilled = 0;
            padding = padding(told);
            state = State.RECORDS;
            return;
        }
        if (++count > ENTRIES_MAX) {
            throw malformed("it has more than " + ENTRIES_MAX + " entries");
        }
        entry(type, told);
    }

    private void entry(char type, long told) throws IOException {
        byte[] name = path.length > 0 ? path : ustarPath();
        long octets = size >= 0 ? size : told;
        long time = mtime != Long.MIN_VALUE ? mtime : number(MTIME_AT, NUMBER);
        path = new byte[0];
        size = -1;
        mtime = Long.MIN_VALUE;
        switch (type) {
            case '5' -> entries.directory(name, time);
            case '0', '\0' -> {
                known = entries.file(name, octets, time);
                left = octets;
                padding = padding(octets);
                state = State.CONTENT;
                if (left == 0) {
                    endContent();
                }
            }
            default -> throw malformed("an entry of type " + type + " is no file or directory");
        }
    }

    private void endContent() throws IOException {
        if (left == 0) {
            entries.fileEnds();
            state = padding > 0 ? State.PADDING : State.HEAD;
        }
    }

    private int records(MemorySegment bytes, int at, int most) throws IOException {
        int took = Math.min(most, records.length - recordsFilled);
        MemorySegment.copy(bytes, JAVA_BYTE, at, records, recordsFilled, took);
        recordsFilled += took;
        if (recordsFilled == records.length) {
            understand();
            state = padding > 0 ? State.PADDING : State.HEAD;
        }
        return took;
    }

    /** Records "LENGTH KEY=VALUE\n", where the length counts all of the record. */
    private void understand() throws IOException {
        int at = 0;
        while (at < records.length) {
            String rest = new String(records, at, records.length - at, ISO_8859_1);
            int space = rest.indexOf(' ');
            int equals = rest.indexOf('=');
            boolean said = space > 0 && space < 7 && rest.substring(0, space).matches("\\d+");
            int length = said ? Integer.parseInt(rest.substring(0, space)) : 0;
            if (equals < space || length <= equals + 1 || length > rest.length()) {
                throw malformed("an extended header is damaged");
            }
            String value = rest.substring(equals + 1, length - 1);
            switch (rest.substring(space + 1, equals)) {
                case "path" -> path = value.getBytes(ISO_8859_1);
                case "size" -> size = decimal(value);
                case "mtime" -> mtime = decimal(value.replaceFirst("\\..*", ""));
                default -> {} // Comments, owners and the like
            }
            at += length;
        }
    }

    private static long decimal(String value) throws IOException {
        if (!value.matches("-?\\d{1,18}")) {
            throw malformed("an extended header has a number " + value);
        }
        return Long.parseLong(value);
    }

    private int content(MemorySegment bytes, int at, int most) throws IOException {
        int took = (int) Math.min(most, known > 0 ? known : left);
        if (known > 0) {
            known -= took;
        } else {
            entries.content(bytes, at, at + took);
        }
        left -= took;
        endContent();
        return took;
    }

    private int padding(int most) {
        int took = Math.min(most, padding);
        padding -= took;
        if (padding == 0) {
            state = State.HEAD;
        }
        return took;
    }

    private static int padding(long octets) {
        return (int) (-octets & (BLOCK - 1));
    }

    private boolean isEmpty() {
        for (byte octet : block) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }

    private long sum() {
        long sum = (long) CHECKSUM * ' ';
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM;
            sum += own ? 0 : block[i] & 0xFF;
        }
        return sum;
    }

    private long number(int at, int length) throws IOException {
        String digits = text(at, length).strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw malformed("a head has a number " + digits);
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    /** A field up to its first NUL. */
    private String text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOfRange(block, at, end), ISO_8859_1);
    }

    private byte[] ustarPath() {
        String prefix = text(PREFIX_AT, PREFIX);
        String name = text(0, NAME);
        return (prefix.isEmpty() ? name : prefix + "/" + name).getBytes(ISO_8859_1);
    }

    private static IOException malformed(String why) {
        return new IOException("the server sent a tar that sluice does not unpack: " + why);
    }
}
