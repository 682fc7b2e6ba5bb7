package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** RFC 9112 section 5 and RFC 9110 section 5. */
class RequestFieldsTest {
    /** Octets are read eight at a time: at, before and after the seams of words. */
    private static final int[] PLACES = {0, 1, 3, 6, 7, 8, 9, 15, 16, 17};

    @ParameterizedTest
    @ValueSource(strings = {"A: b", "A:b", "A:  b", "A:\tb", "A:b ", "A:b\t", "A: \t b \t "})
    void whiteSpaceAroundAValueIsNotPartOfIt(String line) {
        RequestHead head = Heads.with(line + "\r\n");
        assertThat(head.fields().count()).isEqualTo(2);
        assertThat(head.fields().name(1)).isEqualTo("A");
        assertThat(head.value(1)).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b",
                "b c",
                "b\tc",
                "\"b, c\"",
                "(b)",
                ":",
                "b:c",
                "\u00e9\u00ff\u0080",
                "~!"
            })
    void valuesHoldVisibleOctetsAndInnerWhiteSpace(String value) {
        RequestHead head = Heads.with("Some-Field: " + value + "\r\nZ: z\r\n");
        assertThat(head.value(1)).isEqualTo(value);
        assertThat(head.value(2)).isEqualTo("z");
    }

    @Test
    void valuesOfEveryLengthAreReadWhole() {
        for (int length = 0; length < 40; length++) {
            String value = "x".repeat(length);
            assertThat(Heads.with("A: " + value + "\r\n").value(1)).isEqualTo(value);
        }
    }

    @Test
    void everyControlCharacterInAValueIsBadWhereverItStands() {
        for (char control = 0; control <= 0x7F; control++) {
            boolean allowed = control == '\t' || control >= ' ' && control < 0x7F;
            for (int place : allowed ? new int[0] : PLACES) {
                String value = "x".repeat(place) + control + "yyyyyyyy";
                assertThat(Heads.result(Heads.request("GET", "A: " + value + "\r\n")))
                        .as("%x at %d", (int) control, place)
                        .isEqualTo(-400);
            }
        }
    }

    @Test
    void everyOctetThatIsNoTokenIsBadInAName() {
        String token = "!#$%&'*+-.^_`|~";
        for (char octet = 0; octet <= 0xFF; octet++) {
            boolean allowed = octet < 0x80 && Character.isLetterOrDigit(octet)
                    || token.indexOf(octet) >= 0
                    || octet == ':';
            for (int place : PLACES) {
                String name = "x".repeat(place) + octet + "yyyyyyyyyy";
                boolean bad = !allowed || octet == ':' && place == 0;
                String text = Heads.request("GET", name + ": v\r\n");
                assertThat(Heads.result(text))
                        .as("%x at %d", (int) octet, place)
                        .isEqualTo(bad ? -400 : text.length());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A : b",
                "A\t: b",
                ": b",
                " A: b",
                "\tA: b",
                "A",
                "A b: c",
                "A\u0000: b",
                "A: b\rc",
                "A: b\nC: d",
                "A: b\r C: d",
                "A: b\r\r",
                "A\r",
                "A;: b",
                "A(: b",
                "A,B: c",
                "\"A\": b",
                "A/B: c",
                "@: b",
                "[A]: b",
                "{A}: b",
                "A=: b",
                "A?: b",
                "A<: b",
                "A\\: b",
                "\u00e9: b"
            })
    void malformedLinesAreBad(String line) {
        assertThat(Heads.result(Heads.request("GET", line + "\r\n"))).isEqualTo(-400);
    }

    /** RFC 9112 section 5.2: a server refuses or joins folded lines; Sluice refuses. */
    @ParameterizedTest
    @ValueSource(
            strings = {"A: b\r\n c", "A: b\r\n\tc", "A:\r\n b", "A: b\r\n \r\n c", "A: b\r\n "})
    void foldedLinesAreBad(String lines) {
        assertThat(Heads.result(Heads.request("GET", lines + "\r\n"))).isEqualTo(-400);
    }

    /** RFC 9112 section 2.2: white space between the start line and the first field. */
    @Test
    void whiteSpaceBeforeTheFirstFieldIsBad() {
        assertThat(Heads.result("GET / HTTP/1.1\r\n Host: h\r\n\r\n")).isEqualTo(-400);
        assertThat(Heads.result("GET / HTTP/1.1\r\n \r\nHost: h\r\n\r\n")).isEqualTo(-400);
    }

    @ParameterizedTest
    @EnumSource(
            value = Field.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HOST", "CONTENT_LENGTH", "TRANSFER_ENCODING"})
    void knownNamesAreFoundInAnyCase(Field field) {
        String text = field.toString();
        List<String> names =
                List.of(text, text.toLowerCase(Locale.ROOT), text.toUpperCase(Locale.ROOT));
        for (String name : names) {
            RequestHead head = Heads.with("X: y\r\n" + name + ": value\r\n");
            assertThat(head.find(field)).as(name).isEqualTo(2);
            assertThat(head.has(field)).isTrue();
            assertThat(head.value(2)).isEqualTo("value");
        }
        for (String name : List.of(text + "x", "x" + text, text.substring(1), text + "-")) {
            assertThat(Heads.with(name + ": value\r\n").find(field)).as(name).isEqualTo(-1);
        }
    }

    @Test
    void octetsThatDifferFromALetterByOneBitAreOtherNames() {
        assertThat(Heads.with("Ra^ge: x\r\n").has(Field.RANGE)).isFalse();
        assertThat(Heads.with("If_Range: x\r\n").has(Field.IF_RANGE)).isFalse();
        assertThat(Heads.with("If-Range: x\r\n").has(Field.IF_RANGE)).isTrue();
    }

    @Test
    void linesOfOneFieldAreOneListInTheirOrder() {
        RequestHead head = Heads.with("Accept: a\r\nX: x\r\naccept: b\r\nAccept: c\r\n");
        List<String> values = new ArrayList<>();
        for (int i = head.find(Field.ACCEPT); i >= 0; i = head.next(i)) {
            values.add(head.value(i));
        }
        assertThat(values).containsExactly("a", "b", "c");
        assertThat(head.next(0)).isEqualTo(-1);
    }

    @Test
    void nothingOfAHeadIsLeftInTheNext() {
        RequestHead head = new RequestHead();
        String first = Heads.request(
                "POST",
                "Range: bytes=0-\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                        + "Expect: 100-continue\r\nIf-Match: *\r\n");
        assertThat(head.parse(Heads.segment(first), 0, first.length())).isPositive();
        String second = Heads.request("GET", "");
        assertThat(head.parse(Heads.segment(second), 0, second.length())).isPositive();
        assertThat(head.has(Field.RANGE)).isFalse();
        assertThat(head.hasConditions()).isFalse();
        assertThat(head.hasBody()).isFalse();
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.expectContinue()).isFalse();
        assertThat(head.fields().count()).isEqualTo(1);
        String third = "GET / HTTP/1.0\r\n\r\n";
        assertThat(head.parse(Heads.segment(third), 0, third.length())).isPositive();
        assertThat(head.hostFrom()).isEqualTo(-1);
        assertThat(head.hostTo()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-Match",
                "If-None-Match",
                "If-Modified-Since",
                "If-Unmodified-Since",
                "If-Range"
            })
    void anyConditionIsNoticed(String name) {
        assertThat(Heads.with("Accept: a\r\n").hasConditions()).isFalse();
        assertThat(Heads.with(name + ": x\r\n").hasConditions()).isTrue();
    }
}
