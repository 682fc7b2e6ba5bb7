package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.HpackDecoder.Outcome;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What a decoder said to a block, and the fields that it has shown. */
record HeaderBlock(Outcome outcome, List<NameAndValue> fields) {
    /** Reads hexadecimal digits, with white space between them. */
    static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** Reads "name: value". */
    static HeaderBlock of(Outcome outcome, String... lines) {
        return new HeaderBlock(outcome, Stream.of(lines).map(NameAndValue::of).toList());
    }

    static HeaderBlock decode(HpackDecoder decoder, String hex) {
        return decode(decoder, octets(hex));
    }

    static HeaderBlock decode(HpackDecoder decoder, byte[] octets) {
        byte[] amid = new byte[octets.length + 2];
        // Whoever reads it behind the block empties the table.
        amid[amid.length - 1] = HpackEncoder.NO_TABLE;
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

    static String hex(String ascii) {
        StringBuilder digits = new StringBuilder();
        ascii.chars().forEach(octet -> digits.append("%02x".formatted(octet)));
        return digits.toString();
    }

    /** A string that is not Huffman-coded. */
    static String string(String ascii) {
        return number(0, 0x7F, ascii.length()) + hex(ascii);
    }

    static String number(int kind, int prefix, int number) {
        if (number < prefix) {
            return "%02x".formatted(kind | number);
        }
        StringBuilder digits = new StringBuilder("%02x".formatted(kind | prefix));
        int rest = number - prefix;
        while (rest >= 0x80) {
            digits.append("%02x".formatted(rest & 0x7F | 0x80));
            rest >>= 7;
        }
        return digits.append("%02x".formatted(rest)).toString();
    }

    static String added(String name, String value) {
        return "40" + string(name) + string(value);
    }
}
