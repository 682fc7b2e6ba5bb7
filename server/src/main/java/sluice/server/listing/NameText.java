package sluice.server.listing;

import sluice.http.ByteWriter;

import java.nio.charset.StandardCharsets;

/**
 * Writes names and other text for people. Bytes that are not UTF-8 become U+FFFD. Characters that
 * are invisible, or that reorder others ("gpj.exe" looks like "exe.jpg"), appear as their code
 * points; the joiners that scripts and emoji need stay.
 */
final class NameText {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final char REPLACEMENT = '\uFFFD';

    private NameText() {}

    static String of(byte[] name, int from, int to) {
        return new String(name, from, to - from, StandardCharsets.UTF_8);
    }

    /** Writes a name as an HTML element's content; the element must isolate its direction. */
    static void html(String name, ByteWriter out) {
        for (int i = 0; i < name.length(); ) {
            int character = name.codePointAt(i);
            i += Character.charCount(character);
            shown(character, out);
        }
    }

    /** Writes lines of text as an HTML element's content. */
    static void lines(String text, ByteWriter out) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (character == '\n' || character == '\t') {
                out.put((byte) character);
            } else if (character != '\r' || i == text.length() || text.charAt(i) != '\n') {
                shown(character, out);
            }
        }
    }

    private static void shown(int character, ByteWriter out) {
        if (isVisible(character)) {
            escaped(character, out);
        } else {
            out.ascii("<span class=\"u\">U+%04X</span>".formatted(character));
        }
    }

    /** Writes a name into a title, which cannot contain elements. */
    static void plainHtml(String name, ByteWriter out) {
        for (int i = 0; i < name.length(); ) {
            int character = name.codePointAt(i);
            i += Character.charCount(character);
            escaped(isVisible(character) ? character : REPLACEMENT, out);
        }
    }

    /** Writes a name inside a JSON string (RFC 8259 section 7). */
    static void json(String name, ByteWriter out) {
        for (int i = 0; i < name.length(); ) {
            int character = name.codePointAt(i);
            i += Character.charCount(character);
            if (character < ' ') {
                out.ascii("\\u00").hex((byte) character);
            } else {
                if (character == '"' || character == '\\') {
                    out.put((byte) '\\');
                }
                utf8(character, out);
            }
        }
    }

    private static void escaped(int character, ByteWriter out) {
        switch (character) {
            case '&' -> out.ascii("&amp;");
            case '<' -> out.ascii("&lt;");
            case '>' -> out.ascii("&gt;");
            case '"' -> out.ascii("&quot;");
            default -> utf8(character, out);
        }
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                character == ZERO_WIDTH_NON_JOINER || character == ZERO_WIDTH_JOINER;
            default -> true;
        };
    }

    private static void utf8(int character, ByteWriter out) {
        if (character < 0x80) {
            out.put((byte) character);
        } else if (character < 0x800) {
            out.put((byte) (0xC0 | character >> 6));
            out.put(continuation(character));
        } else if (character < 0x10000) {
            out.put((byte) (0xE0 | character >> 12));
            out.put(continuation(character >> 6)).put(continuation(character));
        } else {
            out.put((byte) (0xF0 | character >> 18)).put(continuation(character >> 12));
            out.put(continuation(character >> 6)).put(continuation(character));
        }
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | bits & 0x3F);
    }
}
