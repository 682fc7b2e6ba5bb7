package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

/** Media types that the user chose. */
final class ChosenTypesTest {
    private static MediaType chosen(String type) {
        return new ChosenTypes(Map.of("Ext", type)).of("a/b.EXT");
    }

    @Test
    void aChosenTypeComesBeforeTheKnownOne() {
        ChosenTypes types = new ChosenTypes(Map.of("html", "text/x-page"));
        assertThat(types.of("a.html")).hasToString("text/x-page; charset=utf-8");
        assertThat(types.of("a.css")).isSameAs(MediaTypes.of("a.css"));
        assertThat(ChosenTypes.NONE.of("a.html")).isSameAs(MediaTypes.of("a.html"));
    }

    @Test
    void namesInOctetsNeedNotBeUtf8() {
        byte[] name = {'/', 'd', '/', (byte) 0xFF, '.', 'P', 'N', 'G'};
        assertThat(ChosenTypes.NONE.of(name)).hasToString("image/png");
    }

    @ParameterizedTest
    @CsvSource({
        "text/x-a, text/x-a; charset=utf-8, true",
        "text/x-a;charset=latin1, text/x-a;charset=latin1, true",
        "application/x-a+json, application/x-a+json, true",
        "application/xml, application/xml, true",
        "application/x-a, application/x-a, false",
        "'text/x; q=\"a;b\"; p=c', 'text/x; q=\"a;b\"; p=c', true"
    })
    void textGetsACharsetAndIsCompressed(String type, String sent, boolean compressible) {
        assertThat(chosen(type)).hasToString(sent);
        assertThat(chosen(type).compressible()).isEqualTo(compressible);
        assertThat(chosen(type).mayBeText()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "text/",
                "/x",
                "a/b/c",
                "text/x\r\nA: b",
                "text/x;",
                "text/x; a",
                "t\u00e9xt/x",
                "text/x; a=\"b",
                "text/x a=b"
            })
    void whatIsNoMediaTypeIsRefused(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chosen(type))
                .withMessageContaining("is not a media type; write e.g. text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "tar.gz", "a/b", "a b", "\u00e9"})
    void whatIsNoExtensionIsRefused(String extension) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChosenTypes(Map.of(extension, "text/plain")))
                .withMessageContaining("is not an extension");
    }
}
