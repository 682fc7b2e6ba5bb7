package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.Conditions.Outcome.NOT_MODIFIED;
import static sluice.http.Conditions.Outcome.PRECONDITION_FAILED;
import static sluice.http.Conditions.Outcome.PROCEED;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 13: for a file changed at NOON, of which now it is an hour later. */
class ConditionsTest {
    private static final String BEFORE = "Sun, 22 Nov 2026 11:59:59 GMT";
    private static final String NOON = "Sun, 22 Nov 2026 12:00:00 GMT";
    private static final String AFTER = "Sun, 22 Nov 2026 12:00:01 GMT";
    private static final long CHANGED =
            HttpDate.parse(Heads.segment(NOON), 0, HttpDate.LENGTH, 1_795_000_000);
    private static final long NOW = CHANGED + 3600;
    private static final byte[] TAG = Heads.octets("\"a\"");
    private static final byte[] WEAK = Heads.octets("W/\"a\"");
    private static final byte[] NONE = {};

    private static Conditions.Outcome ask(String method, String lines, byte[] tag) {
        RequestHead head = Heads.head(Heads.request(method, lines));
        return Conditions.evaluate(head, true, tag, CHANGED, NOW);
    }

    private static Conditions.Outcome askMissing(String method, String lines) {
        RequestHead head = Heads.head(Heads.request(method, lines));
        return Conditions.evaluate(head, false, NONE, HttpDate.INVALID, NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void withoutConditionsProceeds(String method) {
        assertThat(ask(method, "", TAG)).isEqualTo(PROCEED);
        assertThat(askMissing(method, "")).isEqualTo(PROCEED);
    }

    /** Section 8.8.3.2: If-Match compares strongly, If-None-Match weakly. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\" | true | true",
                "*    | true | true",
                "\"b\" | false | false",
                "\"b\", \"a\" | true | true",
                "\"b\",\"a\",\"c\" | true | true",
                ", ,\"a\", | true | true",
                "\"a\"\t,\t\"b\" | true | true",
                "W/\"a\" | false | true",
                "W/\"b\", W/\"a\" | false | true",
                "W/\"a\", \"a\" | true | true",
                "\"b,\", \"a\" | true | true",
                "\"\\\", \"a\" | true | true",
                "\"A\" | false | false",
                "\"\" | false | false",
                "a | false | false",
                "'a' | false | false",
                "\"a | false | false",
                "a\" | false | false",
                "w/\"a\" | false | false",
                "W\"a\" | false | false",
                "W/a | false | false",
                "W/ \"a\" | false | false",
                "\"a\"x | true | true",
                "\"b\" \"a\" | false | false",
                "b, \"a\" | false | false",
                "*, \"b\" | false | false",
                "\"*\" | false | false",
                "`` | false | false"
            })
    void tagsAreComparedInLists(String list, boolean strong, boolean weak) {
        String matches = "If-Match: " + list + "\r\n";
        String matchesNot = "If-None-Match: " + list + "\r\n";
        assertThat(ask("GET", matches, TAG)).isEqualTo(strong ? PROCEED : PRECONDITION_FAILED);
        assertThat(ask("PUT", matches, TAG)).isEqualTo(strong ? PROCEED : PRECONDITION_FAILED);
        assertThat(ask("GET", matchesNot, TAG)).isEqualTo(weak ? NOT_MODIFIED : PROCEED);
        assertThat(ask("HEAD", matchesNot, TAG)).isEqualTo(weak ? NOT_MODIFIED : PROCEED);
        assertThat(ask("PUT", matchesNot, TAG)).isEqualTo(weak ? PRECONDITION_FAILED : PROCEED);
    }

    @Test
    void aWeakTagOfOursNeverMatchesStrongly() {
        assertThat(ask("GET", "If-Match: \"a\"\r\n", WEAK)).isEqualTo(PRECONDITION_FAILED);
        assertThat(ask("GET", "If-Match: W/\"a\"\r\n", WEAK)).isEqualTo(PRECONDITION_FAILED);
        assertThat(ask("GET", "If-Match: *\r\n", WEAK)).isEqualTo(PROCEED);
        assertThat(ask("GET", "If-None-Match: \"a\"\r\n", WEAK)).isEqualTo(NOT_MODIFIED);
        assertThat(ask("GET", "If-None-Match: W/\"a\"\r\n", WEAK)).isEqualTo(NOT_MODIFIED);
    }

    @Test
    void aRepresentationWithoutATagMatchesOnlyTheStar() {
        assertThat(ask("GET", "If-Match: \"a\"\r\n", NONE)).isEqualTo(PRECONDITION_FAILED);
        assertThat(ask("GET", "If-Match: \"\"\r\n", NONE)).isEqualTo(PRECONDITION_FAILED);
        assertThat(ask("GET", "If-Match: *\r\n", NONE)).isEqualTo(PROCEED);
        assertThat(ask("GET", "If-None-Match: \"\"\r\n", NONE)).isEqualTo(PROCEED);
        assertThat(ask("GET", "If-None-Match: W/\r\n", NONE)).isEqualTo(PROCEED);
    }

    @Test
    void tagsOfSeveralLinesAreOneList() {
        String first = "If-None-Match: \"b\"\r\nX: y\r\n";
        assertThat(ask("GET", first + "If-None-Match: \"a\"\r\n", TAG)).isEqualTo(NOT_MODIFIED);
        assertThat(ask("GET", first + "If-None-Match: \"c\"\r\n", TAG)).isEqualTo(PROCEED);
        assertThat(ask("GET", "If-Match: \"b\"\r\nIf-Match: \"a\"\r\n", TAG)).isEqualTo(PROCEED);
    }

    @Test
    void tagsMayHoldAnyOctetsButQuotesAndControls() {
        byte[] tag = Heads.octets("\"!#\u00e9\u00ff\\,;~\"");
        String line = "If-None-Match: \"x\", " + new String(tag, ISO_8859_1);
        assertThat(ask("GET", line + "\r\n", tag)).isEqualTo(NOT_MODIFIED);
        assertThat(ask("GET", "If-None-Match: \"a b\"\r\n", Heads.octets("\"a b\"")))
                .isEqualTo(PROCEED);
    }

    @Test
    void whatDoesNotExistMatchesNothing() {
        assertThat(askMissing("PUT", "If-Match: *\r\n")).isEqualTo(PRECONDITION_FAILED);
        assertThat(askMissing("PUT", "If-Match: \"a\"\r\n")).isEqualTo(PRECONDITION_FAILED);
        assertThat(askMissing("PUT", "If-None-Match: *\r\n")).isEqualTo(PROCEED);
        assertThat(askMissing("PUT", "If-None-Match: \"a\"\r\n")).isEqualTo(PROCEED);
        assertThat(askMissing("PUT", "If-Unmodified-Since: " + BEFORE + "\r\n")).isEqualTo(PROCEED);
        assertThat(askMissing("GET", "If-Modified-Since: " + AFTER + "\r\n")).isEqualTo(PROCEED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                BEFORE + "| PROCEED | PRECONDITION_FAILED",
                NOON + "| NOT_MODIFIED | PROCEED",
                AFTER + "| NOT_MODIFIED | PROCEED",
                "Sun Nov 22 12:00:00 2026 | NOT_MODIFIED | PROCEED",
                "Sunday, 22-Nov-26 12:00:00 GMT | NOT_MODIFIED | PROCEED",
                "Sunday, 22-Nov-26 11:59:59 GMT | PROCEED | PRECONDITION_FAILED",
                "yesterday | PROCEED | PROCEED",
                "0 | PROCEED | PROCEED",
                "Sun, 22 Nov 2026 12:00:00 | PROCEED | PROCEED"
            })
    void datesAreCompared(
            String date, Conditions.Outcome modifiedSince, Conditions.Outcome unmodifiedSince) {
        String since = "If-Modified-Since: " + date + "\r\n";
        assertThat(ask("GET", since, TAG)).isEqualTo(modifiedSince);
        assertThat(ask("HEAD", since, TAG)).isEqualTo(modifiedSince);
        assertThat(ask("PUT", since, TAG)).as("only of GET and HEAD").isEqualTo(PROCEED);
        String notSince = "If-Unmodified-Since: " + date + "\r\n";
        assertThat(ask("GET", notSince, TAG)).isEqualTo(unmodifiedSince);
        assertThat(ask("DELETE", notSince, TAG)).isEqualTo(unmodifiedSince);
    }

    @Test
    void aDateThatComesTwiceIsIgnored() {
        String since = "If-Modified-Since: " + AFTER + "\r\n";
        assertThat(ask("GET", since + since, TAG)).isEqualTo(PROCEED);
        String notSince = "If-Unmodified-Since: " + BEFORE + "\r\n";
        assertThat(ask("GET", notSince + notSince, TAG)).isEqualTo(PROCEED);
    }

    /** Section 13.2.2: (what fails or holds) in every pair. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "If-Match: \"a\" | If-Unmodified-Since: " + BEFORE + " | PROCEED",
                "If-Match: \"b\" | If-Unmodified-Since: " + AFTER + " | PRECONDITION_FAILED",
                "If-None-Match: \"b\" | If-Modified-Since: " + AFTER + " | PROCEED",
                "If-None-Match: \"a\" | If-Modified-Since: " + BEFORE + " | NOT_MODIFIED",
                "If-None-Match: bad | If-Modified-Since: " + AFTER + " | PROCEED",
                "If-Match: \"a\" | If-None-Match: \"a\" | NOT_MODIFIED",
                "If-Match: \"b\" | If-None-Match: \"a\" | PRECONDITION_FAILED",
                "If-Match: \"a\" | If-Modified-Since: " + AFTER + " | NOT_MODIFIED",
                "If-Unmodified-Since: " + BEFORE + " | If-None-Match: \"a\" | PRECONDITION_FAILED",
                "If-Unmodified-Since: " + AFTER + " | If-None-Match: \"a\" | NOT_MODIFIED",
                "If-Unmodified-Since: " + BEFORE + " | If-Modified-Since: " + AFTER
                        + " | PRECONDITION_FAILED",
                "If-Unmodified-Since: " + AFTER + " | If-Modified-Since: " + AFTER
                        + " | NOT_MODIFIED",
                "If-Unmodified-Since: bad | If-Modified-Since: bad | PROCEED"
            })
    void theOrderIsThatOfTheRfc(String one, String other, Conditions.Outcome outcome) {
        assertThat(ask("GET", one + "\r\n" + other + "\r\n", TAG)).isEqualTo(outcome);
        assertThat(ask("GET", other + "\r\n" + one + "\r\n", TAG)).isEqualTo(outcome);
    }

    private static boolean holds(String lines, byte[] tag, long now) {
        return Conditions.ifRangeHolds(Heads.with(lines), tag, CHANGED, now);
    }

    /** Section 13.1.5. */
    @Test
    void ifRangeComparesItsTagStrongly() {
        assertThat(holds("", TAG, NOW)).isTrue();
        assertThat(holds("If-Range: \"a\"\r\n", TAG, NOW)).isTrue();
        assertThat(holds("If-Range: \"b\"\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: W/\"a\"\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: \"a\"\r\n", WEAK, NOW)).isFalse();
        assertThat(holds("If-Range: W/\"a\"\r\n", WEAK, NOW)).isFalse();
        assertThat(holds("If-Range: \"a\", \"b\"\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: *\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: a\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range:\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: \"a\"\r\nIf-Range: \"a\"\r\n", TAG, NOW)).isFalse();
    }

    @Test
    void ifRangeWantsExactlyTheDateAndAStrongOne() {
        assertThat(holds("If-Range: " + NOON + "\r\n", TAG, NOW)).isTrue();
        assertThat(holds("If-Range: " + BEFORE + "\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: " + AFTER + "\r\n", TAG, NOW)).isFalse();
        assertThat(holds("If-Range: " + NOON + "\r\n", TAG, CHANGED + 1)).isTrue();
        assertThat(holds("If-Range: " + NOON + "\r\n", TAG, CHANGED)).isFalse();
        RequestHead head = Heads.with("If-Range: " + NOON + "\r\n");
        assertThat(Conditions.ifRangeHolds(head, TAG, HttpDate.INVALID, NOW)).isFalse();
    }
}
