package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.root.Roots.bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class EntryOrderTest {
    @Test
    void ordersNamesAsPeopleDo() {
        var ordered = List.of(
                "1",
                "2",
                "007",
                "10",
                "a",
                "a0",
                "a00",
                "a01",
                "a1",
                "A1b",
                "a2",
                "a10",
                "a10b2",
                "a10b10",
                "a99999999999999999999998",
                "a99999999999999999999999",
                "b",
                "B1",
                "ä");
        var shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.sort((a, b) -> EntryOrder.compareNames(bytes(a), bytes(b)));
        assertThat(shuffled).isEqualTo(ordered);
    }

    @Test
    void tellsNamesApartThatDifferInCaseOnly() {
        assertThat(EntryOrder.compareNames(bytes("A"), bytes("a"))).isNegative();
        assertThat(EntryOrder.compareNames(bytes("Ab"), bytes("aB"))).isNegative();
        assertThat(EntryOrder.compareNames(bytes("a"), bytes("a"))).isZero();
    }

    @Test
    void foldsLettersOfAsciiAndNothingBesideThem() {
        assertThat(EntryOrder.compareNames(bytes("Ab"), bytes("aa"))).isPositive();
        assertThat(EntryOrder.compareNames(bytes("Zb"), bytes("za"))).isPositive();
        assertThat(EntryOrder.compareNames(bytes("[a"), bytes("{b"))).isNegative();
        assertThat(EntryOrder.compareNames(bytes("@b"), bytes("`a"))).isNegative();
    }

    /** What a sort needs, or it fails now and then ("violates its general contract"). */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isATotalOrder(long seed) {
        var random = new Random(seed);
        byte[] alphabet = bytes("aAb019./");
        byte[][] names = new byte[60][];
        for (int i = 0; i < names.length; i++) {
            names[i] = new byte[1 + random.nextInt(5)];
            for (int j = 0; j < names[i].length; j++) {
                names[i][j] = alphabet[random.nextInt(alphabet.length)];
            }
        }
        for (byte[] a : names) {
            for (byte[] b : names) {
                int order = EntryOrder.compareNames(a, b);
                assertThat(order == 0).isEqualTo(Arrays.equals(a, b));
                assertThat(Integer.signum(EntryOrder.compareNames(b, a)))
                        .isEqualTo(-Integer.signum(order));
                for (byte[] c : names) {
                    if (order < 0 && EntryOrder.compareNames(b, c) < 0) {
                        assertThat(EntryOrder.compareNames(a, c)).isNegative();
                    }
                }
            }
        }
    }
}
