package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

final class HuffmanTest {
    private static byte[] encoded(byte[] octets) {
        byte[] code = new byte[1 + Huffman.encodedLength(octets, 0, octets.length) + 1];
        assertThat(Huffman.encode(octets, 0, octets.length, code, 1)).isEqualTo(code.length - 1);
        assertThat(code[0] + code[code.length - 1]).isZero();
        return Arrays.copyOfRange(code, 1, code.length - 1);
    }

    private static byte[] decoded(byte[] code) {
        byte[] octets = new byte[1 + Huffman.decodedMax(code.length)];
        int end = Huffman.decode(code, 0, code.length, octets, 1);
        assertThat(end).isPositive();
        return Arrays.copyOfRange(octets, 1, end);
    }

    private static void expectBack(byte[] octets) {
        assertThat(decoded(encoded(octets))).isEqualTo(octets);
    }

    @Test
    void everyOctetComesBackAtEveryPlace() {
        for (int octet = 0; octet < 256; octet++) {
            for (int before = 0; before < 9; before++) {
                for (int after = 0; after < 9; after++) {
                    byte[] octets = new byte[before + 1 + after];
                    Arrays.fill(octets, (byte) 'a');
                    octets[before] = (byte) octet;
                    expectBack(octets);
                }
            }
        }
    }

    @Test
    void everyStringComesBack() {
        Random random = new Random(7541);
        for (int i = 0; i < 10_000; i++) {
            byte[] octets = new byte[random.nextInt(60)];
            random.nextBytes(octets);
            if (i % 2 == 0) {
                for (int at = 0; at < octets.length; at++) {
                    octets[at] &= 0x7F;
                }
            }
            expectBack(octets);
        }
    }

    @Test
    void noStringGrowsByMoreThanThreeFifths() {
        byte[] code = encoded(Octets.ascii("a".repeat(800)));
        assertThat(code).hasSize(500);
        assertThat(Huffman.decodedMax(500)).isEqualTo(800);
    }
}
