package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.HpackDecoder.Outcome;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a decoder said to a block, and the fields that it has shown. */
record HeaderBlock(Outcome outcome, List<NameAndValue> fields) {
    /** Reads hexadecimal digits, with white space between them. */
    static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static HeaderBlock decode(HpackDecoder decoder, byte[] octets) {
        byte[] amid = new byte[octets.length + 2];
        System.arraycopy(octets, 0, amid, 1, octets.length);
        List<NameAndValue> fields = new ArrayList<>();
        Outcome outcome = decoder.decode(
                amid,
                1,
                amid.length - 1,
                (field, name, nameFrom, nameTo, value, valueFrom, valueTo) -> {
                    String text = text(name, nameFrom, nameTo);
                    if (field != null && !field.toString().equalsIgnoreCase(text)) {
                        throw new AssertionError(field + " for " + text);
                    }
                    fields.add(new NameAndValue(text, text(value, valueFrom, valueTo)));
                });
        return new HeaderBlock(outcome, fields);
    }

    private static String text(byte[] octets, int from, int to) {
        return new String(octets, from, to - from, ISO_8859_1);
    }
}
