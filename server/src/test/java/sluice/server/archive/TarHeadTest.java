package sluice.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Heads as pax(1) of POSIX.1-2017 wants them: its fields, and its extended header. */
final class TarHeadTest {
    private static final long TIME = 1_800_000_000;

    /**
     * A block as a reader sees it.
     *
     * @param name with its prefix, one char per octet
     */
    private record Block(
            char type, String name, long mode, long owners, long size, long mtime, String magic) {
        static Block at(byte[] head, int from) {
            long sum = 0;
            for (int i = 0; i < TarHead.BLOCK; i++) {
                sum += i >= 148 && i < 156 ? ' ' : head[from + i] & 0xFF;
            }
            assertThat(octal(head, from + 148, 6)).as("the sum of the octets").isEqualTo(sum);
            assertThat(text(head, from + 154, 2)).isEqualTo("\0 ");
            assertThat(octal(head, from + 329, 7)).isZero();
            assertThat(octal(head, from + 337, 7)).isZero();
            String prefix = text(head, from + 345, 155).replace("\0", "");
            String name = text(head, from, 100).replace("\0", "");
            return new Block(
                    (char) head[from + 156],
                    prefix.isEmpty() ? name : prefix + "/" + name,
                    octal(head, from + 100, 7),
                    octal(head, from + 108, 7) + octal(head, from + 116, 7),
                    octal(head, from + 124, 11),
                    octal(head, from + 136, 11),
                    text(head, from + 257, 8));
        }
    }

    private static String text(byte[] head, int from, int length) {
        return new String(head, from, length, ISO_8859_1);
    }

    /** A field of that many digits, all of which are there. */
    private static long octal(byte[] head, int from, int digits) {
        String field = text(head, from, digits);
        assertThat(field).matches("[0-7]+");
        return Long.parseLong(field, 8);
    }

    /** The records before the file's own block; empty if there is none. */
    private static Map<String, String> records(byte[] head) {
        Map<String, String> records = new LinkedHashMap<>();
        if (head.length == TarHead.BLOCK) {
            return records;
        }
        Block extended = Block.at(head, 0);
        assertThat(extended.type).isEqualTo('x');
        assertThat(extended.name).isEqualTo("././@PaxHeader");
        int end = TarHead.BLOCK + (int) extended.size;
        for (int at = TarHead.BLOCK; at < end; ) {
            int space = at;
            while (head[space] != ' ') {
                space++;
            }
            int length = Integer.parseInt(text(head, at, space - at));
            String record = text(head, space + 1, length - (space + 1 - at));
            assertThat(record).endsWith("\n");
            int sign = record.indexOf('=');
            records.put(record.substring(0, sign), record.substring(sign + 1, record.length() - 1));
            at += length;
        }
        int next = head.length - TarHead.BLOCK;
        assertThat(next - end).isBetween(0, TarHead.BLOCK - 1);
        assertThat(Arrays.copyOfRange(head, end, next)).containsOnly(0);
        return records;
    }

    private static byte[] head(String path) {
        return TarHead.of(path.getBytes(UTF_8), 5, TIME);
    }

    private static Block last(byte[] head) {
        return Block.at(head, head.length - TarHead.BLOCK);
    }

    @Test
    void aFileAndADirectoryTellTypeModeSizeAndTimeAndNobodyAsOwner() {
        assertThat(last(TarHead.of("a/b".getBytes(US_ASCII), 1_234, TIME)))
                .isEqualTo(new Block('0', "a/b", 0644, 0, 1_234, TIME, "ustar\00000"));
        assertThat(last(TarHead.of("a/".getBytes(US_ASCII), 0, 0)))
                .isEqualTo(new Block('5', "a/", 0755, 0, 0, 0, "ustar\00000"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 100, 101, 102, 200, 255, 256})
    void aPathUpToTheTwoFieldsIsDividedAtASlash(int length) {
        String name = "n".repeat(Math.min(length, 100));
        String path = length <= 100 ? name : "p".repeat(length - 101) + "/" + name;
        byte[] head = head(path);
        assertThat(path).hasSize(length);
        boolean fits = length != 101;
        assertThat(records(head)).isEqualTo(fits ? Map.of() : Map.of("path", path));
        if (fits) {
            assertThat(last(head).name).isEqualTo(path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // name, prefix: neither field may be too long, and neither may be empty
        "101, 10",
        "100, 156",
        "256, 0",
    })
    void aPathThatFitsNeitherWayIsARecordAndItsLastOctetsAreTheName(int name, int prefix) {
        String path = (prefix == 0 ? "" : "p".repeat(prefix) + "/") + "n".repeat(name);
        byte[] head = head(path);
        assertThat(records(head)).isEqualTo(Map.of("path", path));
        assertThat(last(head).name).isEqualTo(path.substring(0, 100));
    }

    /** The slash at the end of a directory divides nothing: what follows it is empty. */
    @Test
    void aLongDirectoryIsDividedBeforeItsOwnName() {
        String fits = "p".repeat(60) + "/" + "n".repeat(90) + "/";
        assertThat(records(head(fits))).isEmpty();
        assertThat(last(head(fits)).name).isEqualTo(fits);
        String long1 = "n".repeat(120) + "/";
        assertThat(records(head(long1))).isEqualTo(Map.of("path", long1));
    }

    @Test
    void theEarliestSlashThatLeavesAShortNameDivides() {
        String path = "a/".repeat(60) + "end";
        byte[] head = head(path);
        assertThat(last(head).name).isEqualTo(path);
        assertThat(text(head, 345, 155).replace("\0", "")).hasSize(23);
    }

    @Test
    void aPathThatIsNotAsciiIsARecordOfUtf8() {
        byte[] octets = "ä".getBytes(UTF_8);
        byte[] head = TarHead.of(octets, 5, TIME);
        assertThat(records(head)).isEqualTo(Map.of("path", new String(octets, ISO_8859_1)));
        assertThat(last(head).name).isEqualTo(new String(octets, ISO_8859_1));
    }

    /** Octets that are no UTF-8 cannot be a path of a record; hdrcharset says that they are. */
    @Test
    void aPathThatIsNoUtf8IsLeftAsItIsAndMarkedWhereARecordIsNeeded() {
        assertThat(records(TarHead.of(new byte[] {(byte) 0xFF}, 5, TIME))).isEmpty();
        byte[] octets = new byte[120];
        Arrays.fill(octets, (byte) 0xFF);
        Map<String, String> records = records(TarHead.of(octets, 5, TIME));
        assertThat(records).containsOnlyKeys("hdrcharset", "path");
        assertThat(records).containsEntry("hdrcharset", "BINARY");
        assertThat(records).containsEntry("path", new String(octets, ISO_8859_1));
        assertThat(records.keySet()).startsWith("hdrcharset");
    }

    @Test
    void aSizeOfEightGibibytesIsARecord() {
        long most = 0_77777777777L;
        byte[] fits = TarHead.of(new byte[] {'a'}, most, TIME);
        assertThat(records(fits)).isEmpty();
        assertThat(last(fits).size).isEqualTo(most);
        byte[] more = TarHead.of(new byte[] {'a'}, most + 1, TIME);
        assertThat(records(more)).isEqualTo(Map.of("size", "8589934592"));
        assertThat(last(more).size).isZero();
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, -1", "0, 0,", "8589934591, 8589934591,", "8589934592, 0, 8589934592"})
    void aTimeBefore1970OrFarAheadIsARecord(long mtime, long field, String record) {
        byte[] head = TarHead.of(new byte[] {'a'}, 5, mtime);
        assertThat(records(head)).isEqualTo(record == null ? Map.of() : Map.of("mtime", record));
        assertThat(last(head).mtime).isEqualTo(field);
    }

    /** A record counts the digits of its own length, which may be one more for that. */
    @ParameterizedTest
    @ValueSource(ints = {90, 91, 92, 980, 990, 991, 992, 993})
    void aRecordCountsItsOwnDigits(int length) {
        String path = "é" + "n".repeat(length);
        assertThat(records(head(path)))
                .isEqualTo(Map.of("path", new String(path.getBytes(UTF_8), ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 511", "511, 1", "512, 0", "513, 511", "1099511627777, 511"})
    void aContentIsPaddedToAWholeBlock(long size, int padding) {
        assertThat(TarHead.padding(size)).isEqualTo(padding);
    }
}
