package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which octets are text. */
final class TextContentTest {
    private static boolean isText(byte[] octets) {
        return TextContent.isText(octets, true);
    }

    /** Octets that are written as Latin-1 characters. */
    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\tb\r\n\f\u001b[1m",
                "<html>",
                "k\u00e4se \u20ac \ud83d\ude00",
                "\ufeffa"
            })
    void utf8WithoutOddControlCharactersIsText(String text) {
        assertThat(isText(text.getBytes(UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\0",
                "\u0001",
                "\b",
                "\u000b",
                "\u000e",
                "\u001a",
                "\u001c",
                "caf\u00e9",
                "\u0080",
                "\u00c0\u00af",
                "\u00c1\u0080",
                "\u00e0\u0080\u0080",
                "\u00e0\u009f\u00bf",
                "\u00ed\u00a0\u0080",
                "\u00f0\u008f\u00bf\u00bf",
                "\u00f4\u0090\u0080\u0080",
                "\u00f5\u0080\u0080\u0080",
                "\u00e2\u0082a"
            })
    void allElseIsNot(String octets) {
        assertThat(isText(octets(octets))).isFalse();
    }

    @Test
    void theEdgesOfUtf8AreText() {
        for (String edge : new String[] {
            "\u0080",
            "\u07ff",
            "\u0800",
            "\ud7ff",
            "\ue000",
            "\uffff",
            "\ud800\udc00",
            "\udbff\udfff"
        }) {
            assertThat(isText(edge.getBytes(UTF_8))).as(edge).isTrue();
        }
    }

    @Test
    void textInAnotherEncodingIsNotUtf8() {
        assertThat(isText("text".getBytes(UTF_16))).isFalse();
    }

    @Test
    void aCharacterMayBeCutWhereTheLookEndsButNotWhereTheFileEnds() {
        byte[] cut = octets("ab\u00e2\u0082");
        assertThat(TextContent.isText(cut, false)).isTrue();
        assertThat(TextContent.isText(cut, true)).isFalse();
        assertThat(TextContent.isText(octets("ab\u00e0\u0080"), false)).isFalse();
    }
}
