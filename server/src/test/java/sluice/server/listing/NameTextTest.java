package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.ByteWriter;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** Names in pages, listings for programs, and titles. */
final class NameTextTest {
    private static byte[] written(BiConsumer<String, ByteWriter> form, int character) {
        byte[] out = new byte[16];
        ByteWriter writer = new ByteWriter().over(MemorySegment.ofArray(out), 0, out.length);
        form.accept(Character.toString(character), writer);
        return Arrays.copyOf(out, (int) writer.position());
    }

    /** The first and the last character of each length in UTF-8 (RFC 3629 section 3). */
    @ParameterizedTest
    @ValueSource(ints = {0x7E, 0xA1, 0x7C0, 0x800, 0xFFFC, 0x10000, 0xF0000, 0x10FFFD})
    void aCharacterOfAnyLengthIsWrittenAsItIs(int character) {
        byte[] octets = Character.toString(character).getBytes(UTF_8);
        assertThat(written(NameText::html, character)).isEqualTo(octets);
        assertThat(written(NameText::json, character)).isEqualTo(octets);
    }

    /** RFC 8259 section 7 escapes the control characters below the space only. */
    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x7F, 0x80})
    void aControlCharacterAboveTheSpaceStaysInJson(int character) {
        byte[] octets = Character.toString(character).getBytes(UTF_8);
        assertThat(written(NameText::json, character)).isEqualTo(octets);
    }
}
