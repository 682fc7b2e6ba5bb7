package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.HpackDecoder.Outcome;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

final class HpackEncoderTest {
    private static String hex(Fields fields) {
        return HexFormat.of().formatHex(HpackEncoder.fields(fields));
    }

    private static List<String> decoded(byte[] block) {
        HpackDecoder decoder = new HpackDecoder(0, Fields.LENGTH_MAX * 2);
        byte[] first = new byte[1 + block.length];
        first[0] = HpackEncoder.NO_TABLE;
        System.arraycopy(block, 0, first, 1, block.length);
        HeaderBlock decoded = HeaderBlock.decode(decoder, first);
        assertThat(decoded.outcome()).isEqualTo(Outcome.OK);
        return decoded.fields().stream().map(NameAndValue::toString).toList();
    }

    /** One octet for those of the static table. */
    @ParameterizedTest
    @CsvSource({
        "200, 88",
        "204, 89",
        "206, 8a",
        "304, 8b",
        "400, 8c",
        "404, 8d",
        "500, 8e",
        "302, 08826402",
        "103, 08820819"
    })
    void aStatusTakesOneToFourOctets(int status, String hex) {
        assertThat(HpackEncoder.status(status)).isEqualTo(HexFormat.of().parseHex(hex));
    }

    @Test
    void everyStatusIsWritten() {
        for (int status = 100; status < 600; status++) {
            assertThat(decoded(HpackEncoder.status(status))).containsExactly(":status: " + status);
        }
    }

    @Test
    void namesOfTheStaticTableAreWrittenAsNumbersAndStringsInHuffmanCode() {
        Fields fields = Fields.of(Field.CONTENT_TYPE, "text/html")
                .with(Field.CACHE_CONTROL, "private")
                .with("custom-key", "custom-value");
        assertThat(hex(fields))
                .isEqualTo("0f10" + "87497ca589d34d1f"
                        + "0f09" + "85aec3771a4b"
                        + "00" + "8825a849e95ba97d7f" + "8925a849e95bb8e8b4bf");
    }

    @Test
    void whatHuffmanCodingDoesNotShortenIsWrittenAsItIs() {
        assertThat(hex(Fields.of(Field.ETAG, "\"<>\""))).isEqualTo("0f13" + "04223c3e22");
        assertThat(hex(Fields.of(Field.VARY, ""))).isEqualTo("0f2c" + "00");
    }

    @Test
    void secretsMayNotBePutIntoATableByAnyone() {
        assertThat(hex(Fields.of(Field.AUTHORIZATION, "0"))).isEqualTo("1f08" + "0130");
        assertThat(hex(Fields.NONE.with("Set-Cookie", "0"))).isEqualTo("1f28" + "0130");
        assertThat(hex(Fields.of(Field.COOKIE, "0"))).isEqualTo("1f11" + "0130");
        assertThat(hex(Fields.NONE.with("Proxy-Authorization", "0"))).isEqualTo("1f22" + "0130");
    }

    @Test
    void namesAreInLowerCaseAndTheOrderStays() {
        Fields fields = Fields.of(Field.REPR_DIGEST, "sha-256=:AA==:")
                .with("X-Anything", "a: b")
                .with("LINK", "</a>; rel=preload")
                .with(Field.CONTENT_LENGTH, 5_368_709_120L);
        assertThat(decoded(HpackEncoder.fields(fields)))
                .containsExactly(
                        "repr-digest: sha-256=:AA==:",
                        "x-anything: a: b",
                        "link: </a>; rel=preload",
                        "content-length: 5368709120");
    }

    @Test
    void fieldsOfAConnectionAreLeftOut() {
        Fields fields = Fields.of(Field.CONNECTION, "close")
                .with(Field.TRANSFER_ENCODING, "chunked")
                .with(Field.UPGRADE, "h2c")
                .with("Keep-Alive", "timeout=5")
                .with("Proxy-Connection", "close")
                .with(Field.SERVER, "sluice");
        assertThat(decoded(HpackEncoder.fields(fields))).containsExactly("server: sluice");
    }

    @Test
    void valuesLoseTheWhiteSpaceAroundThem() {
        Fields fields = Fields.of(Field.SERVER, " \t a b\t ").with(Field.VARY, " \t ");
        assertThat(decoded(HpackEncoder.fields(fields))).containsExactly("server: a b", "vary: ");
    }

    @Test
    void fieldsOfAnyLengthHaveRoom() {
        for (int length : new int[] {1, 126, 127, 128, 254, 255, 16_510, 16_511, 24_000}) {
            String text = "!".repeat(length);
            Fields value = Fields.NONE.with("a", text);
            assertThat(decoded(HpackEncoder.fields(value))).containsExactly("a: " + text);
            Fields name = Fields.NONE.with(text, "");
            assertThat(decoded(HpackEncoder.fields(name))).containsExactly(text + ": ");
        }
        assertThat(HpackEncoder.fields(Fields.NONE)).isEmpty();
    }

    @Test
    void aSingleFieldIsWrittenWhereTheCallerWants() {
        for (Field field : Field.values()) {
            byte[] value = ("..." + "!".repeat(20_000) + "..").getBytes(US_ASCII);
            int length = value.length - 5;
            byte[] target = new byte[2 + HpackEncoder.lengthMax(field, length)];
            int end = HpackEncoder.field(field, value, 3, 3 + length, target, 2);
            assertThat(decoded(Arrays.copyOfRange(target, 2, end)))
                    .containsExactly(
                            field.toString().toLowerCase(Locale.ROOT) + ": " + "!".repeat(length));
        }
    }
}
