package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** RFC 9110 section 5.6.7. */
class HttpDateTest {
    private static final long EXAMPLE = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
    private static final long NOW = Instant.parse("2026-11-22T06:00:00Z").getEpochSecond();
    private static final DateTimeFormatter FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ASCTIME = DateTimeFormatter.ofPattern(
                    "EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter RFC850 = DateTimeFormatter.ofPattern(
                    "EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static long parse(String text) {
        return parse(text, NOW);
    }

    private static long parse(String text, long now) {
        String noisy = "1" + text + "1";
        return HttpDate.parse(Heads.segment(noisy), 1, 1 + text.length(), now);
    }

    private static String format(long seconds) {
        byte[] into = new byte[HttpDate.LENGTH + 2];
        HttpDate.format(seconds, into, 1);
        return new String(into, 1, HttpDate.LENGTH, US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994"
            })
    void readsTheThreeExamples(String text) {
        assertThat(parse(text)).isEqualTo(EXAMPLE);
    }

    @Test
    void writesTheFirstOfThem() {
        assertThat(format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void agreesWithTheJdkOnEveryDayOfFourCenturies() {
        long first = Instant.parse("1800-01-01T00:00:00Z").getEpochSecond();
        for (int day = 0; day < 146_097; day++) {
            long time = first + day * 86_400L + day * 7919L % 86_400;
            String text = format(time);
            boolean same = text.equals(FIXDATE.format(Instant.ofEpochSecond(time)));
            if (!same || parse(text) != time) {
                throw new AssertionError(text + " for " + Instant.ofEpochSecond(time));
            }
        }
    }

    @Test
    void agreesWithTheJdkOnAnyYearOfFourDigitsInAllFormats() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        long earliest = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
        long latest = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
        for (int i = 0; i < 5_000; i++) {
            long time = random.nextLong(earliest, latest + 1);
            Instant instant = Instant.ofEpochSecond(time);
            assertThat(format(time)).isEqualTo(FIXDATE.format(instant));
            assertThat(parse(format(time))).isEqualTo(time);
            assertThat(parse(ASCTIME.format(instant))).isEqualTo(time);
            assertThat(parse(RFC850.format(instant), time)).isEqualTo(time);
        }
    }

    @Test
    void clampsWhatFourDigitsCannotSay() {
        assertThat(format(Long.MAX_VALUE)).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
        assertThat(format(Long.MIN_VALUE)).isEqualTo("Sat, 01 Jan 0000 00:00:00 GMT");
    }

    /** "More than 50 years in the future" means the last year in the past with these digits. */
    @ParameterizedTest
    @CsvSource({
        "Sunday, 22-Nov-76 06:00:00 GMT, 2076-11-22T06:00:00Z",
        "Sunday, 22-Nov-76 06:00:01 GMT, 1976-11-22T06:00:01Z",
        "Tuesday, 01-Jan-77 00:00:00 GMT, 1977-01-01T00:00:00Z",
        "Tuesday, 01-Jan-26 00:00:00 GMT, 2026-01-01T00:00:00Z",
        "Tuesday, 31-Dec-75 23:59:59 GMT, 2075-12-31T23:59:59Z",
        "Tuesday, 01-Jan-00 00:00:00 GMT, 2000-01-01T00:00:00Z"
    })
    void yearsOfTwoDigitsAreNearNow(String day, String rest, String expected) {
        assertThat(parse(day + ", " + rest)).isEqualTo(Instant.parse(expected).getEpochSecond());
    }

    /** The year of now decides, and it changes within one second. */
    @Test
    void yearsOfTwoDigitsAreNearAnyNow() {
        for (int year = 1900; year < 2300; year++) {
            long start = Instant.parse(year + "-01-01T00:00:00Z").getEpochSecond();
            String last = "Friday, 31-Dec-%02d 23:59:59 GMT".formatted((year + 49) % 100);
            String first = "Friday, 01-Jan-%02d 00:00:00 GMT".formatted((year + 50) % 100);
            long later = Instant.parse(year + 50 + "-01-01T00:00:00Z").getEpochSecond();
            long earlier = Instant.parse(year - 50 + "-01-01T00:00:00Z").getEpochSecond();
            assertThat(parse(last, start - 1)).isEqualTo(later - 1);
            assertThat(parse(last, start)).isEqualTo(later - 1);
            assertThat(parse(first, start)).isEqualTo(later);
            assertThat(parse(first, start - 1)).isEqualTo(earlier);
        }
    }

    @Test
    void theYearZeroIsAYear() {
        assertThat(parse("Sat, 01 Jan 0000 00:00:00 GMT"))
                .isEqualTo(Instant.parse("0000-01-01T00:00:00Z").getEpochSecond());
    }

    @Test
    void aLeapSecondCountsAsTheNextOne() {
        assertThat(parse("Sat, 31 Dec 2016 23:59:60 GMT"))
                .isEqualTo(Instant.parse("2017-01-01T00:00:00Z").getEpochSecond());
    }

    @Test
    void theDayOfTheWeekIsNotHeldAgainstTheDate() {
        assertThat(parse("Mon, 06 Nov 1994 08:49:37 GMT")).isEqualTo(EXAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "0",
                "784111777",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 gmt",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun,06 Nov 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 31 Nov 1994 08:49:37 GMT",
                "Sun, 29 Feb 1900 08:49:37 GMT",
                "Sun, 30 Feb 2000 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:00 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 8:49:37 GMT ",
                "Xxx, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Xxx 1994 08:49:37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sun, 06 Nov +994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT; length=5",
                "Sun, 06 Nov 1994 08.49.37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sonntag, 06-Nov-94 08:49:37 GMT",
                "Sunday, 6-Nov-94 08:49:37 GMT",
                "Sunday, 06 Nov 94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                ", 06-Nov-94 08:49:37 GMT",
                "Sunday, 31-Feb-94 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov   6 08:49:37 1994",
                "Sun Nov  6 08:49:37 94  ",
                "Sun Nov 06 08:49:3  1994",
                "Sun Nov  0 08:49:37 1994",
                "Sun Nov 31 08:49:37 1994",
                "sun Nov  6 08:49:37 1994",
                "Sun, Nov 6 08:49:37 1994",
                "\"Sun, 06 Nov 1994 08:49:37 GMT\""
            })
    void anythingElseIsInvalid(String text) {
        assertThat(parse(text)).isEqualTo(HttpDate.INVALID);
    }

    @Test
    void aDateWithOneOctetBrokenOrItsEndMissingIsInvalid() {
        for (String text : new String[] {
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994"
        }) {
            for (int place = 0; place < text.length(); place++) {
                String broken = text.substring(0, place) + '~' + text.substring(place + 1);
                assertThat(parse(broken)).as(broken).isEqualTo(HttpDate.INVALID);
                assertThat(parse(text.substring(0, place))).isEqualTo(HttpDate.INVALID);
            }
        }
    }

    @Test
    void aDateOfOneDigitInAsctimeHasASpaceInsteadOfAZero() {
        assertThat(parse("Sun Nov 16 08:49:37 1994")).isEqualTo(EXAMPLE + 10 * 86_400);
        assertThat(parse("Sun Nov 06 08:49:37 1994")).isEqualTo(EXAMPLE);
    }
}
