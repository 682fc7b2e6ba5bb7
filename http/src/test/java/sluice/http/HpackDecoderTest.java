package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.HeaderBlock.added;
import static sluice.http.HeaderBlock.hex;
import static sluice.http.HeaderBlock.number;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.HpackDecoder.Outcome;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The examples are those of RFC 7541 appendix C. */
final class HpackDecoderTest {
    private static final int LIST_MAX = 16 << 10;

    private HpackDecoder decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX);

    private void expect(String hex, String... fields) {
        assertThat(HeaderBlock.decode(decoder, hex)).isEqualTo(HeaderBlock.of(Outcome.OK, fields));
    }

    private Outcome outcome(String hex) {
        return HeaderBlock.decode(decoder, hex).outcome();
    }

    @Test
    void aLiteralFieldIsAddedToTheTableIfItAsksForThat() {
        expect("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header");
        expect("be", "custom-key: custom-header");
    }

    @Test
    void aLiteralFieldIsNotAddedOtherwise() {
        expect("040c2f73616d706c652f70617468", ":path: /sample/path");
        expect("100870617373776f726406736563726574", "password: secret");
        assertThat(outcome("be")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void requestsAreReadThatReferToTheOnesBefore() {
        expect(
                "828684410f7777772e6578616d706c652e636f6d",
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com");
        expect(
                "828684be58086e6f2d6361636865",
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com",
                "cache-control: no-cache");
        expect(
                "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
                ":method: GET",
                ":scheme: https",
                ":path: /index.html",
                ":authority: www.example.com",
                "custom-key: custom-value");
    }

    @Test
    void theSameRequestsAreReadIfTheyAreHuffmanCoded() {
        expect(
                "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com");
        expect(
                "828684be5886a8eb10649cbf",
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com",
                "cache-control: no-cache");
        expect(
                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
                ":method: GET",
                ":scheme: https",
                ":path: /index.html",
                ":authority: www.example.com",
                "custom-key: custom-value");
    }

    private static final String DATE = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    private static final String DATE_LATER = "date: Mon, 21 Oct 2013 20:13:22 GMT";
    private static final String LOCATION = "location: https://www.example.com";
    private static final String COOKIE =
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

    private void expectResponses(String first, String second, String third) {
        expect("3fe101" + first, ":status: 302", "cache-control: private", DATE, LOCATION);
        expect(second, ":status: 307", "cache-control: private", DATE, LOCATION);
        expect(
                third,
                ":status: 200",
                "cache-control: private",
                DATE_LATER,
                LOCATION,
                "content-encoding: gzip",
                COOKIE);
    }

    @Test
    void theOldestFieldsLeaveATableOf256Octets() {
        expectResponses("""
            4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a
            323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d\
            """, "4803333037c1c0bf", """
            88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69
            707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d6178
            2d6167653d333630303b2076657273696f6e3d31\
            """);
        expect("bebfc0", COOKIE, "content-encoding: gzip", DATE_LATER);
        assertThat(outcome("c1")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void theSameResponsesAreReadIfTheyAreHuffmanCoded() {
        expectResponses("""
            488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29
            ad171863c78f0b97c8e9ae82ae43d3\
            """, "4883640effc1c0bf", """
            88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7
            f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d50
            07\
            """);
    }

    @ParameterizedTest
    @CsvSource({
        "80, the index 0",
        "be, an index behind the static table while the other is empty",
        "ff80808001, an index behind both tables",
        "7f8001 01 61, a name behind both tables",
        "ff, an index without its end",
        "ff80, an index without its end",
        "ff8080808001, an index beyond all tables",
        "ffffffffff7f, an index of more than 31 bits",
        "40, a field without its name",
        "40 02 61, a name without its end",
        "40 01 61, a field without its value",
        "04, a field without its value",
        "04 02 61, a value without its end",
        "04 7f, a length without its end",
        "04 7fffffffff07 61, a length of more than 31 bits",
        "04 7f8080808000 61, a length of more octets than any needs",
        "00 82 1fff 00, a name whose padding has 8 bits",
        "04 82 1fff, a value whose padding has 8 bits",
        "04 82 fcff, a value whose padding has exactly 8 bits",
        "04 81 ff, a value that is nothing but padding",
        "04 81 18, padding of zeros",
        "04 84 ffffffff, a string whose end is coded",
        "04 85 1fffffffff, a string whose end is coded behind an octet",
        "04 84 fffffffc, a string whose end is coded and padded with zeros",
        "82 20, a table resized behind a field",
        "82 04 01 61 3f e1 1f, a table resized behind fields",
        "3f e2 1f, a table larger than was offered",
        "3f ffffffff 7f, a table of more than 31 bits",
        "3f, a size without its end"
    })
    void isRefused(String hex, String what) {
        assertThat(outcome(hex)).as(what).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff800f", "fff5ff7f"})
    void anIndexOfManyOctetsIsReadAsFarAsThereIsAField(String hex) {
        assertThat(outcome(hex)).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void aBlockMayBeEmpty() {
        expect(added("a", "b"), "a: b");
        expect("");
        expect("be", "a: b");
    }

    @Test
    void aNumberMayTakeMoreOctetsThanItNeeds() {
        expect("04 7f 808000" + hex("a".repeat(127)), ":path: " + "a".repeat(127));
    }

    @Test
    void anEmptyNameAndAnEmptyValueAreFieldsToo() {
        expect("40 00 00 be", ": ", ": ");
        expect("00 80 80", ": ");
    }

    @Test
    void aFieldCountsItsOctetsAnd32() {
        decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, 34 + 35);
        expect("00 01 61 01 62 00 01 61 02 6263", "a: b", "a: bc");
        assertThat(outcome("00 01 61 01 62 00 01 61 03 626364")).isEqualTo(Outcome.TOO_LARGE);
    }

    @Test
    void fieldsBeyondTheLimitAreNotShownAndYetChangeTheTable() {
        decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, 100);
        String block = added("a", "b") + added("c", "d") + added("e", "f") + added("g", "h");
        assertThat(HeaderBlock.decode(decoder, block))
                .isEqualTo(HeaderBlock.of(Outcome.TOO_LARGE, "a: b", "c: d"));
        expect("be c1", "g: h", "a: b");
    }

    /** The smallest of such a block that a client can send: no field is copied for it. */
    @Test
    void aBlockOfReferencesToOneLargeFieldIsTooLarge() {
        String large = "40 01 61 7f 810f" + hex("b".repeat(2_048));
        assertThat(outcome(large)).isEqualTo(Outcome.OK);
        HeaderBlock decoded = HeaderBlock.decode(decoder, "be".repeat(16_000));
        assertThat(decoded.outcome()).isEqualTo(Outcome.TOO_LARGE);
        assertThat(decoded.fields()).hasSize(LIST_MAX / (32 + 1 + 2_048));
    }

    @Test
    void anErrorBehindFieldsThatAreTooLargeIsAnError() {
        decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, 0);
        assertThat(outcome("82")).isEqualTo(Outcome.TOO_LARGE);
        assertThat(outcome("82 80")).isEqualTo(Outcome.COMPRESSION_ERROR);
    }

    @Test
    void decodersOfOneThreadShareTheirBuffer() {
        HpackBuffer buffer = new HpackBuffer();
        decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX, buffer);
        HpackDecoder other = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX, buffer);
        expect("408825a849e95ba97d7f8925a849e95bb8e8b4bf", "custom-key: custom-value");
        assertThat(HeaderBlock.decode(other, "418cf1e3c2e5f23a6ba0ab90f4ff"))
                .isEqualTo(HeaderBlock.of(Outcome.OK, ":authority: www.example.com"));
        expect("be", "custom-key: custom-value");
    }

    private List<String> known(String block) {
        List<String> known = new ArrayList<>();
        FieldSink sink = (field, name, nameFrom, nameTo, value, from, to) ->
                known.add(String.valueOf(field));
        byte[] octets = HeaderBlock.octets(block);
        assertThat(decoder.decode(octets, 0, octets.length, sink)).isEqualTo(Outcome.OK);
        return known;
    }

    @Test
    void aNameIsTakenForAKnownFieldOnlyInLowerCase() {
        assertThat(known("b2 84" + added("range", "a") + added("Range", "a") + "be bf"))
                .containsExactly("Range", "null", "Range", "null", "null", "Range");
        assertThat(known(added("accept", "a") + added("if-none-match", "a") + added("x", "a")))
                .containsExactly("Accept", "If-None-Match", "null");
        String longest = "upload-draft-interop-version";
        assertThat(known(added(longest, "a") + added(longest + "s", "a")))
                .containsExactly("Upload-Draft-Interop-Version", "null");
    }

    @Test
    void theLastFieldOfTheStaticTableIsBeforeTheNewestOfTheOther() {
        expect(added("a", "b") + "bd be", "a: b", "www-authenticate: ", "a: b");
    }

    @Test
    void theBufferHasRoomForTheStringsOfOneField() {
        HpackBuffer buffer = new HpackBuffer();
        decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX, buffer);
        for (int i = 0; i < 100; i++) {
            expect("008825a849e95ba97d7f8925a849e95bb8e8b4bf", "custom-key: custom-value");
        }
        assertThat(buffer.room(0)).hasSize(512);
        String name = "0".repeat(720);
        String value = "1".repeat(1_200);
        expect("00" + coded(name) + coded(value), name + ": " + value);
        assertThat(buffer.room(0)).hasSize(720 + 1_200);
    }

    private static String coded(String ascii) {
        byte[] octets = Octets.ascii(ascii);
        byte[] code = new byte[Huffman.encodedLength(octets, 0, octets.length)];
        Huffman.encode(octets, 0, octets.length, code, 0);
        return number(0x80, 0x7F, code.length) + HexFormat.of().formatHex(code);
    }
}
