package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.HexFormat;

/** What the ends of a coded content tell. The heads are those of RFC 1952, 7932 and 8878. */
class CodedContentTest {
    private static String fault(ContentCoding coding, String hex, long size) {
        byte[] all = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] head = Arrays.copyOf(all, Math.min(all.length, CodedContent.HEAD));
        int tail = Math.max(0, all.length - CodedContent.TAIL);
        byte[] end = Arrays.copyOfRange(all, tail, all.length);
        return String.valueOf(CodedContent.fault(coding, head, end, size));
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b08 00 00000000 00ff 0300 00000000 00000000, 0, null",
        "1f8b08 08 00000000 00ff 610003 00 00000000 05000000, 5, null",
        "1f8b08 00 00000000 00ff 0300 00000000 05000000, 4294967301, null",
        "1f8b08 00 00000000 00ff 0300 00000000 05000000, 6, another",
        "1f8b08 00 00000000 00ff0500, 392960, null",
        "1f8b08 00 000000 00ff0500, 392960, no gzip",
        "1f8b08 20 00000000 00ff 0300 00000000 05000000, 5, no gzip",
        "1f8b07 00 00000000 00ff 0300 00000000 05000000, 5, no gzip",
        "1f8b08 00, 0, no gzip",
        "6e6f20677a697020617420616c6c206e6f, 5, no gzip",
        "'', 0, no gzip"
    })
    void gzipHasMagicOctetsAndTheLengthAtItsEnd(String hex, long size, String verdict) {
        expect(fault(ContentCoding.GZIP, hex, size), verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "28b52ffd 20 05 290000, 5, null",
        "28b52ffd 20 05 290000, 6, another",
        "28b52ffd 20 05, 5, null",
        "28b52ffd 00 67 0000, 99999999, null",
        "28b52ffd 60 0100 000000, 257, null",
        "28b52ffd 60 0100 000000, 1, another",
        "28b52ffd a0 05000000 2900, 5, null",
        "28b52ffd e0 0500000000000000 29, 5, null",
        "28b52ffd 00 58 0000, 12345, null",
        "28b52ffd 80 58 05000000 00, 5, null",
        "28b52ffd 80 58 05000000 00, 4, another",
        "28b52ffd 00 68 0000, 99999999, null",
        "28b52ffd 00 69 0000, 99999999, window",
        "28b52ffd 00 ff 0000, 99999999, window",
        "28b52ffd a0 00008000 01, 8388608, null",
        "28b52ffd a0 01008000 01, 8388609, window",
        "28b52ffd 21 07 05 290000, 5, dictionary",
        "28b52ffd 28 05 290000, 5, dictionary",
        "28b52ffd e0 050000, 5, ends",
        "502a4d18 04000000 00000000, 5, begin",
        "28b52ffd, 0, begin",
        "'', 0, begin"
    })
    void zstdHasAFrameThatBrowsersTakeAndPerhapsTheLength(String hex, long size, String verdict) {
        expect(fault(ContentCoding.ZSTD, hex, size), verdict);
    }

    /** Bits are read from the lowest: the window, last or not, the length. */
    @ParameterizedTest
    @CsvSource({
        "06, 0, null",
        "3b, 0, null",
        "06, 1, another",
        "0b0280 68656c6c6f 03, 5, null",
        "0b0280 68656c6c6f 03, 4, another",
        "1b0400, 5, null",
        "1b0400, 6, another",
        "400010 68656c6c6f 03, 5, null",
        "400010 68656c6c6f 03, 4, another",
        "040010, 65537, null",
        "040010, 65536, another",
        "540000, 99, no brotli",
        "f4ff0f00, 99999999, no brotli",
        "08000001, 1048577, null",
        "08000001, 1048576, another",
        "08001000, 99999999, no brotli",
        "8101, 0, null",
        "a101, 0, null",
        "a101, 1, another",
        "f101, 0, null",
        "11 1a, 5, a browser takes",
        "0c, 5, null",
        "1c, 5, no brotli",
        "'', 0, no brotli"
    })
    void brotliHasAWindowAndTheLengthOfItsFirstBlock(String hex, long size, String verdict) {
        expect(fault(ContentCoding.BR, hex, size), verdict);
    }

    private static void expect(String fault, String verdict) {
        if (verdict.equals("null")) {
            assertThat(fault).isEqualTo("null");
        } else {
            String words = verdict.equals("another") ? "holds a content of" : verdict;
            assertThat(fault).contains(words);
        }
    }

    @Test
    void aContentThatIsNotCodedIsNotLookedAt() {
        assertThat(fault(ContentCoding.IDENTITY, "", 5)).isEqualTo("null");
    }

    @Test
    void theChecksumIsInFrontOfTheLength() {
        byte[] tail = {1, 2, 3, (byte) 0x84, 0, 0, 0, 0};
        assertThat(CodedContent.checksum(tail)).isEqualTo(0x84030201);
    }
}
