package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.HeaderBlock.added;
import static sluice.http.HeaderBlock.number;
import static sluice.http.HeaderBlock.string;

import org.junit.jupiter.api.Test;

import sluice.http.HpackDecoder.Outcome;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/** The table of fields that a peer adds to, RFC 7541 sections 2.3.2 and 4. */
final class HpackTableTest {
    private HpackDecoder decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, 1 << 20);

    private void expect(String hex, String... fields) {
        assertThat(HeaderBlock.decode(decoder, hex)).isEqualTo(HeaderBlock.of(Outcome.OK, fields));
    }

    private Outcome outcome(String hex) {
        return HeaderBlock.decode(decoder, hex).outcome();
    }

    @Test
    void theTableMayBeResizedTwiceBeforeTheFields() {
        expect(added("a", "b") + "be", "a: b", "a: b");
        expect("20 3fe11f" + added("c", "d") + "be", "c: d", "c: d");
        assertThat(outcome("bf")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void aTableWithoutRoomTakesNoField() {
        expect("20" + added("a", "b"), "a: b");
        assertThat(outcome("be")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void aFieldLargerThanTheTableEmptiesIt() {
        expect("3f 0b" + added("a", "b") + added("ab", "cdefghij"), "a: b", "ab: cdefghij");
        expect("be", "ab: cdefghij");
        expect(added("ab", "cdefghijk"), "ab: cdefghijk");
        assertThat(outcome("be")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void aNewFieldMayTakeItsNameFromTheOneItDisplaces() {
        expect("3f 0b" + added("name", "one"), "name: one");
        expect("7e" + string("other"), "name: other");
        expect("7e" + string("third"), "name: third");
        expect("be", "name: third");
    }

    /** The older of two fields leaves, and the other one's octets move to where its name was. */
    @Test
    void aNewFieldMayTakeItsNameFromOneWhoseOctetsAreOverwritten() {
        String large = "x".repeat(391);
        String small = "y".repeat(49);
        expect(number(0x20, 0x1F, 514) + added("c", ""), "c: ");
        expect(added("name-of-a", large), "name-of-a: " + large);
        expect(added("b", small), "b: " + small);
        String value = "z".repeat(91);
        expect(number(0x40, 0x3F, 63) + string(value), "name-of-a: " + value);
        expect("be bf", "name-of-a: " + value, "b: " + small);
    }

    /** Against a table that is a list. Octets move in ours, and in small ones they move often. */
    @Test
    void tablesOfAllSizesHoldTheNewestFields() {
        Random random = new Random(2_755);
        for (int size = 0; size < 3_000; size += 1 + size / 10) {
            decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, 1 << 20);
            expect(resized(size));
            Deque<NameAndValue> table = new ArrayDeque<>();
            for (int i = 0; i < 40; i++) {
                int length = random.nextInt(4) == 0 ? size / 2 : size / 9;
                String value = Integer.toString(i % 10).repeat(random.nextInt(1 + length));
                boolean again = i % 2 == 0 && !table.isEmpty();
                NameAndValue field = again
                        ? new NameAndValue(table.getLast().name(), value)
                        : new NameAndValue(Integer.toString(i).repeat(1 + i), value);
                String name =
                        again ? number(0x40, 0x3F, 61 + table.size()) : "40" + string(field.name());
                expect(name + string(value), field.toString());
                table.addFirst(field);
                while (sizeOf(table) > size) {
                    table.removeLast();
                }
                expectTable(table);
            }
        }
    }

    private static String resized(int size) {
        return number(0x20, 0x1F, size);
    }

    private static int sizeOf(Deque<NameAndValue> table) {
        return table.stream().mapToInt(field -> field.length() + 32).sum();
    }

    private void expectTable(Deque<NameAndValue> table) {
        StringBuilder all = new StringBuilder();
        for (int number = 1; number <= table.size(); number++) {
            all.append(number(0x80, 0x7F, 61 + number));
        }
        assertThat(HeaderBlock.decode(decoder, all.toString()).fields())
                .containsExactlyElementsOf(table);
        assertThat(outcome(number(0x80, 0x7F, 61 + table.size() + 1)))
                .isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void theTableHoldsAsManyFieldsAsItsSizeAllows() {
        for (int i = 0; i < 200; i++) {
            expect("400000", ": ");
        }
        expect("ff3e", ": ");
        assertThat(outcome("ff3f")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }
}
