package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Limits, each on its last octet; heads this long are parsed whole and when they grow. */
class RequestLimitsTest {
    private final RequestHead head = new RequestHead();

    private int parse(String text) {
        return head.parse(Heads.segment(text), 0, text.length());
    }

    private static String withTarget(int lineLength) {
        String rest = " HTTP/1.1\r\n";
        String start = "GET /";
        return start + "a".repeat(lineLength - start.length() - rest.length()) + rest;
    }

    @Test
    void theLongestRequestLineIsReadAndALongerOneRefused() {
        String longest = withTarget(RequestHead.MAX_REQUEST_LINE);
        assertThat(parse(longest + "Host: h\r\n\r\n")).isEqualTo(longest.length() + 11);
        assertThat(parse(withTarget(RequestHead.MAX_REQUEST_LINE + 1) + "Host: h\r\n\r\n"))
                .isEqualTo(-414);
        assertThat(parse("\r\n\r\n" + longest + "Host: h\r\n\r\n")).isPositive();
    }

    @Test
    void aTooLongRequestLineIsRefusedWithoutItsEnd() {
        String endless = "GET /" + "a".repeat(RequestHead.MAX_REQUEST_LINE);
        String fits = endless.substring(0, RequestHead.MAX_REQUEST_LINE - 1);
        assertThat(parse(fits)).isEqualTo(RequestHead.INCOMPLETE);
        assertThat(parse(fits + "a")).isEqualTo(-414);
    }

    private static String withHeadOf(int length) {
        String start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
        return start + "a".repeat(length - start.length() - 4) + "\r\n\r\n";
    }

    @Test
    void theLongestHeadIsReadAndALongerOneRefused() {
        assertThat(parse(withHeadOf(RequestHead.MAX_HEAD))).isEqualTo(RequestHead.MAX_HEAD);
        assertThat(parse(withHeadOf(RequestHead.MAX_HEAD) + "body"))
                .isEqualTo(RequestHead.MAX_HEAD);
        assertThat(parse(withHeadOf(RequestHead.MAX_HEAD + 1))).isEqualTo(-431);
        String longer = withHeadOf(RequestHead.MAX_HEAD + 1);
        assertThat(parse(longer.substring(0, RequestHead.MAX_HEAD - 1)))
                .isEqualTo(RequestHead.INCOMPLETE);
        assertThat(parse(longer.substring(0, RequestHead.MAX_HEAD))).isEqualTo(-431);
    }

    @Test
    void theLimitsAreCountedFromWhereTheHeadBegins() {
        int from = RequestHead.MAX_HEAD + 7;
        MemorySegment longest =
                Heads.segment("x".repeat(from) + withHeadOf(RequestHead.MAX_HEAD) + "body");
        int end = from + RequestHead.MAX_HEAD;
        assertThat(head.parse(longest, from, end + 4)).isEqualTo(RequestHead.MAX_HEAD);
        assertThat(head.parse(longest, from, end - 1)).isEqualTo(RequestHead.INCOMPLETE);
        assertThat(head.parse(longest, from, from + 30)).isEqualTo(RequestHead.INCOMPLETE);
        MemorySegment longer =
                Heads.segment("x".repeat(from) + withHeadOf(RequestHead.MAX_HEAD + 1));
        assertThat(head.parse(longer, from, end)).isEqualTo(-431);
        assertThat(head.parse(longer, from, end + 1)).isEqualTo(-431);
    }

    @Test
    void aHundredFieldsAreReadAndOneMoreIsRefused() {
        String most = "A: b\r\n".repeat(FieldLines.MAX_FIELDS - 1);
        assertThat(parse(Heads.request("GET", most))).isPositive();
        assertThat(head.fields().count()).isEqualTo(FieldLines.MAX_FIELDS);
        assertThat(parse(Heads.request("GET", most + "A: b\r\n"))).isEqualTo(-431);
    }

    /** As a server does it for a client that sends one octet at a time. */
    private int drip(String text) {
        MemorySegment bytes = Heads.segment(text);
        int parsed = 0;
        HeadPart part = HeadPart.ANY;
        for (int known = 0; known < text.length(); known++) {
            HeadPart next = part.after(bytes, 0, known, known + 1);
            if (next != null) {
                part = next;
            } else {
                parsed += known + 1;
                int result = head.parse(bytes, 0, known + 1);
                if (result != RequestHead.INCOMPLETE) {
                    assertThat(parsed).isLessThan(120 * RequestHead.MAX_HEAD);
                    return result;
                }
                part = head.unfinished();
            }
        }
        return RequestHead.INCOMPLETE;
    }

    @Test
    void aDrippingClientIsParsedOnlyWhenALineHasEnded() {
        assertThat(drip(withHeadOf(RequestHead.MAX_HEAD))).isEqualTo(RequestHead.MAX_HEAD);
        assertThat(drip(withTarget(RequestHead.MAX_REQUEST_LINE) + "Host: h\r\n\r\n"))
                .isPositive();
        assertThat(drip(Heads.request("GET", "A: b\r\n".repeat(99)))).isPositive();
    }

    @Test
    void aDrippingClientReachesEveryLimit() {
        assertThat(drip("GET /" + "a".repeat(9000))).isEqualTo(-414);
        assertThat(drip("\r\n\r\nGET /" + "a".repeat(9000))).isEqualTo(-414);
        assertThat(drip(withHeadOf(RequestHead.MAX_HEAD + 1))).isEqualTo(-431);
        assertThat(drip("GET / HTTP/1.1\r\nA: " + "a".repeat(17_000))).isEqualTo(-431);
        assertThat(drip(Heads.request("GET", "A: b\r\n".repeat(200)))).isEqualTo(-431);
        assertThat(drip("\r\n".repeat(9))).isEqualTo(-400);
        assertThat(drip("\r\n ")).isEqualTo(-400);
        String hundred = Heads.request("GET", "A: b\r\n".repeat(99));
        assertThat(drip(hundred.substring(0, hundred.length() - 2) + "A")).isEqualTo(-431);
        assertThat(drip("GET /\0")).isEqualTo(-400);
    }

    @Test
    void theRequestLineIsTooLongByItsLastOctetWhereverItIsCut() {
        for (String before : List.of("", "\r\n", "\r\n\r\n")) {
            String exactly = before + "GET /" + "a".repeat(RequestHead.MAX_REQUEST_LINE - 5);
            assertThat(drip(exactly)).isEqualTo(-414).isEqualTo(parse(exactly));
            assertThat(drip(exactly.substring(0, exactly.length() - 1)))
                    .isEqualTo(RequestHead.INCOMPLETE);
        }
    }

    @Test
    void octetsThatCannotDecideAnythingAreNotParsed() {
        String text = "GET /aaaa?b HTTP/1.1\r\nHost: h\r\n\r\n";
        MemorySegment bytes = Heads.segment(text);
        int lineFeed = text.indexOf('\n');
        int target = text.indexOf("aaaa");
        assertThat(head.parse(bytes, 0, target)).isEqualTo(RequestHead.INCOMPLETE);
        HeadPart part = head.unfinished();
        assertThat(part).isEqualTo(HeadPart.PATH);
        int version = text.indexOf("HTTP");
        assertThat(part.after(bytes, 0, target, target + 2)).isEqualTo(HeadPart.PATH);
        assertThat(part.after(bytes, 0, target, version)).isEqualTo(HeadPart.VERSION);
        assertThat(part.after(bytes, 0, target, lineFeed)).isNull();
        assertThat(head.parse(bytes, 0, lineFeed + 1)).isEqualTo(RequestHead.INCOMPLETE);
        assertThat(head.unfinished()).isEqualTo(HeadPart.LINE);
        assertThat(HeadPart.LINE.after(bytes, 0, lineFeed + 1, lineFeed + 5))
                .isEqualTo(HeadPart.NAME);
        assertThat(HeadPart.NAME.after(bytes, 0, lineFeed + 5, lineFeed + 8))
                .isEqualTo(HeadPart.VALUE);
    }
}
