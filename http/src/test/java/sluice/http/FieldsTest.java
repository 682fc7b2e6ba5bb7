package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

final class FieldsTest {
    private final Fields some = Fields.of(Field.CONTENT_TYPE, "text/plain")
            .with(Field.CONTENT_LENGTH, 5_368_709_120L)
            .withDate(Field.LAST_MODIFIED, 784_111_777)
            .with("X-Anything", "a: b, \"c\"")
            .with(Field.VARY, "");

    private static String lines(Fields fields) {
        byte[] octets = new byte[fields.length() + 2];
        fields.copyTo(MemorySegment.ofArray(octets), 1);
        assertThat(octets[0] + octets[octets.length - 1]).isZero();
        return new String(octets, 1, fields.length(), ISO_8859_1);
    }

    private static List<String> namesAndValues(Fields fields) {
        List<String> all = new ArrayList<>();
        fields.forEach((octets, nameFrom, nameTo, valueFrom, valueTo) -> {
            all.add(new String(octets, nameFrom, nameTo - nameFrom, ISO_8859_1));
            all.add(new String(octets, valueFrom, valueTo - valueFrom, ISO_8859_1));
        });
        return all;
    }

    @Test
    void areLinesToWhoWritesLines() {
        assertThat(lines(some)).isEqualTo("""
            Content-Type: text/plain
            Content-Length: 5368709120
            Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
            X-Anything: a: b, "c"
            Vary:\s
            """.replace("\n", "\r\n"));
    }

    @Test
    void areFollowedByAnEmptyLineWhereTheyEndAHead() {
        for (Fields fields : List.of(some, Fields.NONE, Fields.NONE.and(some))) {
            byte[] octets = new byte[fields.length() + 3];
            fields.copyWithEndTo(MemorySegment.ofArray(octets), 1);
            assertThat(new String(octets, 1, fields.length() + 2, ISO_8859_1))
                    .isEqualTo(lines(fields) + "\r\n");
        }
    }

    @Test
    void areNamesAndValuesToAnyoneElse() {
        assertThat(namesAndValues(some))
                .containsExactly(
                        "Content-Type",
                        "text/plain",
                        "Content-Length",
                        "5368709120",
                        "Last-Modified",
                        "Sun, 06 Nov 1994 08:49:37 GMT",
                        "X-Anything",
                        "a: b, \"c\"",
                        "Vary",
                        "");
        assertThat(namesAndValues(Fields.NONE)).isEmpty();
    }

    @Test
    void areJoinedInOrderAndNeverChange() {
        Fields vary = Fields.of(Field.VARY, "Accept");
        Fields both = vary.and(Fields.of(Field.ETAG, Heads.octets("\"x\"")));

        assertThat(lines(both)).isEqualTo("Vary: Accept\r\nETag: \"x\"\r\n");
        assertThat(lines(vary)).isEqualTo("Vary: Accept\r\n");
        assertThat(vary.and(Fields.NONE)).isSameAs(vary);
        assertThat(Fields.NONE.and(vary)).isSameAs(vary);
        assertThat(Fields.NONE.isEmpty()).isTrue();
        assertThat(vary.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\n", "\r", "a\0b"})
    void noValueCanEndItsLine(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> Fields.of(Field.LOCATION, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "\u00e9"})
    void aNameIsAToken(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Fields.NONE.with(name, "value"));
    }

    @Test
    void areNeverLongerThanAnyWriterTakes() {
        int rest = Fields.LENGTH_MAX - "Location: \r\n".length();
        Fields longest = Fields.of(Field.LOCATION, "a".repeat(rest));

        assertThat(longest.length()).isEqualTo(Fields.LENGTH_MAX);
        assertThatIllegalArgumentException().isThrownBy(() -> longest.with(Field.VARY, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> longest.and(Fields.of(Field.VARY, "")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fields.of(Field.LOCATION, "a".repeat(rest + 1)))
                .withMessage("fields of 24577 octets, more than 24576");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> longest.with(Field.VARY, "a"))
                .withMessage("fields of 24585 octets, more than 24576");
    }
}
