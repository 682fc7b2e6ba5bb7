package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;

/** Which octets need no parse of what came before them. */
class HeadPartTest {
    /** Octets before the head, which do not count. */
    private static final String BEFORE = "x".repeat(40);

    private static @Nullable HeadPart after(HeadPart part, String before, String more) {
        MemorySegment bytes = Heads.segment(BEFORE + before + more);
        int known = BEFORE.length() + before.length();
        return part.after(bytes, BEFORE.length(), known, known + more.length());
    }

    @ParameterizedTest
    @CsvSource({
        "METHOD, G, ET, METHOD",
        "METHOD, G, 'ET ', ANY",
        "METHOD, G, 'ET /', ",
        "METHOD, G, 'E\t', ",
        "PATH, GET /a, b, PATH",
        "PATH, GET /a, '?b', QUERY",
        "PATH, GET /a, '?', QUERY",
        "PATH, GET /a, ' ', VERSION",
        "PATH, GET /a, ' HT', VERSION",
        "PATH, GET /a, ' XT', ",
        "PATH, GET /a, '?b HTTP/1.', VERSION",
        "PATH, GET /a, ' HTTP/1.1', ",
        "PATH, GET /a, '#', ",
        "QUERY, GET /?a, '&b', QUERY",
        "QUERY, GET /?a, ' H', VERSION",
        "QUERY, GET /?a, '\t', ",
        "AUTHORITY, GET http://h, ost, AUTHORITY",
        "AUTHORITY, GET http://h, 'o/', ",
        "VERSION, GET / HT, TP, VERSION",
        "VERSION, GET / HT, TX, ",
        "LINE, 'GET / HTTP/1.1\r\n', '', LINE",
        "LINE, 'GET / HTTP/1.1\r\n', Ho, NAME",
        "LINE, 'GET / HTTP/1.1\r\n', 'Host:', VALUE",
        "LINE, 'GET / HTTP/1.1\r\n', '\r', ANY",
        "LINE, 'GET / HTTP/1.1\r\n', '\r\n', ",
        "LINE, 'GET / HTTP/1.1\r\n', ' ', ",
        "NAME, 'GET / HTTP/1.1\r\nHo', st, NAME",
        "NAME, 'GET / HTTP/1.1\r\nHo', 'st: ', VALUE",
        "NAME, 'GET / HTTP/1.1\r\nHo', 'st ', ",
        "VALUE, 'GET / HTTP/1.1\r\nHost: ', h, VALUE",
        "VALUE, 'GET / HTTP/1.1\r\nHost: ', 'h\r', ANY",
        "VALUE, 'GET / HTTP/1.1\r\nHost: ', 'h\r\n', ",
        "VALUE, 'GET / HTTP/1.1\r\nHost: ', '\n', ",
        "ANY, GET, x, "
    })
    void whatCanFollowWithoutDecidingAnythingIsNotParsed(
            HeadPart part, String before, String more, @Nullable HeadPart next) {
        assertThat(after(part, before, more)).isEqualTo(next);
    }

    @Test
    void aMethodHas32OctetsAtMost() {
        assertThat(after(HeadPart.METHOD, "A".repeat(31), "A")).isEqualTo(HeadPart.METHOD);
        assertThat(after(HeadPart.METHOD, "A".repeat(32), "A")).isNull();
    }

    @Test
    void anUnfinishedHeadSaysWhereItEnds() {
        RequestHead head = new RequestHead();
        String text = "GET /a?b HTTP/1.1\r\nHost: h";
        HeadPart[] parts = {
            HeadPart.METHOD,
            HeadPart.PATH,
            HeadPart.QUERY,
            HeadPart.VERSION,
            HeadPart.LINE,
            HeadPart.NAME,
            HeadPart.VALUE
        };
        int[] lengths = {2, 6, 8, 11, 19, 21, 25};
        for (int i = 0; i < parts.length; i++) {
            assertThat(head.parse(Heads.segment(text), 0, lengths[i])).isZero();
            assertThat(head.unfinished()).isEqualTo(parts[i]);
        }
    }
}
