package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import sluice.http.HpackDecoder.Outcome;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

final class HpackDecoderTest {
    private static final int LIST_MAX = 16 << 10;

    private final List<String> fields = new ArrayList<>();
    private HpackDecoder decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX);

    private Outcome decode(String hex) {
        fields.clear();
        byte[] octets = HexFormat.of().parseHex("FF" + hex.replaceAll("\\s", "") + "FF");
        return decoder.decode(
                octets,
                1,
                octets.length - 1,
                (field, name, nameFrom, nameTo, value, valueFrom, valueTo) ->
                        fields.add(new String(name, nameFrom, nameTo - nameFrom, ISO_8859_1)
                                + ": "
                                + new String(value, valueFrom, valueTo - valueFrom, ISO_8859_1)));
    }

    private void expect(String hex, String... expected) {
        assertThat(decode(hex)).isEqualTo(Outcome.OK);
        assertThat(fields).containsExactly(expected);
    }

    /** RFC 7541 appendix C.4. */
    @Test
    void readsTheRequestsWithHuffmanCodingOfTheRfc() {
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
}
