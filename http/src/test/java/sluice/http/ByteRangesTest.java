package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.http.ByteRanges.Kind.NONE;
import static sluice.http.ByteRanges.Kind.SATISFIABLE;
import static sluice.http.ByteRanges.Kind.UNSATISFIABLE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** RFC 9110 section 14. */
class ByteRangesTest {
    private static final long SIZE = 10_000;
    private static final String BEYOND_LONG = "9".repeat(30);

    private final ByteRanges ranges = new ByteRanges();

    private ByteRanges.Kind parse(String value, long size) {
        String noisy = "1" + value + "1";
        return ranges.parse(Heads.segment(noisy), 1, 1 + value.length(), size);
    }

    private String ranges(String value, long size) {
        assertThat(parse(value, size)).as(value).isEqualTo(SATISFIABLE);
        return IntStream.range(0, ranges.count())
                .mapToObj(i -> ranges.start(i) + "-" + (ranges.start(i) + ranges.length(i) - 1))
                .collect(Collectors.joining(","));
    }

    /** The examples of section 14.1.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-499 | 0-499",
                "bytes=500-999 | 500-999",
                "bytes=-500 | 9500-9999",
                "bytes=9500- | 9500-9999",
                "bytes=0-0,-1 | 0-0,9999-9999",
                "bytes= 0-999, 4500-5499, -1000 | 0-999,4500-5499,9000-9999",
                "bytes=500-600,601-999 | 500-999",
                "bytes=500-700,601-999 | 500-999"
            })
    void theExamplesOfTheRfc(String value, String expected) {
        assertThat(ranges(value, SIZE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0- | 0-9999",
                "bytes=0-9999 | 0-9999",
                "bytes=0-10000 | 0-9999",
                "bytes=9999- | 9999-9999",
                "bytes=9999-9999 | 9999-9999",
                "bytes=-1 | 9999-9999",
                "bytes=-10000 | 0-9999",
                "bytes=-10001 | 0-9999",
                "bytes=00000000000000000000005-6 | 5-6",
                "bytes=0-9223372036854775806 | 0-9999",
                "bytes=0-9223372036854775807 | 0-9999",
                "bytes=0-9223372036854775808 | 0-9999",
                "bytes=0-18446744073709551615 | 0-9999",
                "bytes=5-99999999999999999999999999 | 5-9999",
                "bytes=-99999999999999999999999999 | 0-9999",
                "BYTES=1-2 | 1-2",
                "Bytes=1-2 | 1-2"
            })
    void endsAreHeldAgainstTheSize(String value, String expected) {
        assertThat(ranges(value, SIZE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes= , ,",
                "bytes 0-1",
                "bytes:0-1",
                "bytes=-",
                "bytes=--1",
                "bytes=1",
                "bytes=a-b",
                "bytes=1-a",
                "bytes=a-1",
                "bytes=1-2-3",
                "bytes=2-1",
                "bytes=0x1-2",
                "bytes=+1-2",
                "bytes=1-+2",
                "bytes=-+1",
                "bytes=1 -2",
                "bytes=1- 2",
                "bytes=- 1",
                "bytes=1-2;3-4",
                "bytes=1-2 3-4",
                "bytes=1-2,x",
                "bytes=1-2,2-1",
                "bytes=x,1-2",
                "bytes =1-2",
                "bytes==1-2",
                " bytes=1-2",
                "byte=1-2",
                "bytess=1-2",
                "lines=1-2",
                "none",
                "seconds=1-2",
                "bytes=*",
                "bytes=1-*",
                "bytes=\"1-2\"",
                "bytes=1.0-2",
                "bytes=1-2\u0000",
                "items=0-4",
                "bytes=0-1,-",
                "octets=0-1",
                "bytes=99999999999999999999-99999999999999999998",
                "bytes=99999999999999999999-5"
            })
    void whatIsNoRangeInBytesIsIgnored(String value) {
        assertThat(parse(value, SIZE)).isEqualTo(NONE);
        assertThat(ranges.count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=10000-",
                "bytes=10000-10001",
                "bytes=-0",
                "bytes=10000-,20000-30000",
                "bytes=-0,10000-",
                "bytes=99999999999999999999-",
                "bytes=99999999999999999998-99999999999999999999",
                "bytes=9223372036854775807-9223372036854775807",
                "bytes=9223372036854775808-",
                "bytes=-000"
            })
    void rangesBehindTheEndAreUnsatisfiable(String value) {
        assertThat(parse(value, SIZE)).isEqualTo(UNSATISFIABLE);
        assertThat(ranges.count()).isZero();
    }

    @Test
    void oneSatisfiableRangeIsEnough() {
        assertThat(ranges("bytes=10000-,5-6,-0", SIZE)).isEqualTo("5-6");
        assertThat(ranges("bytes=,5-6,,\t, 8-9 ,", SIZE)).isEqualTo("5-6,8-9");
    }

    /** Section 15.3.7.2: joined, and otherwise in the order in which they were asked for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-1,2-3 | 0-3",
                "bytes=2-3,0-1 | 0-3",
                "bytes=0-1,3-4 | 0-1,3-4",
                "bytes=3-4,0-1 | 3-4,0-1",
                "bytes=0-1,4-5,2-3 | 0-5",
                "bytes=8-9,0-1,4-5,2-3 | 8-9,0-5",
                "bytes=0-9,2-3 | 0-9",
                "bytes=2-3,0-9 | 0-9",
                "bytes=5-5,5-5,5-5 | 5-5",
                "bytes=0-0,2-2,4-4,6-6,1-5 | 0-6",
                "bytes=6-6,4-4,2-2,0-0,1-5 | 0-6",
                "bytes=100-200,300-400,150-350,500-600 | 100-400,500-600",
                "bytes=0-,-1 | 0-9999",
                "bytes=-1,0- | 0-9999",
                "bytes=-5,9990-9994 | 9990-9999"
            })
    void rangesThatTouchBecomeOne(String value, String expected) {
        assertThat(ranges(value, SIZE)).isEqualTo(expected);
    }

    @Test
    void anEmptyFileHasNoRanges() {
        assertThat(parse("bytes=0-", 0)).isEqualTo(UNSATISFIABLE);
        assertThat(parse("bytes=0-0", 0)).isEqualTo(UNSATISFIABLE);
        assertThat(parse("bytes=-0", 0)).isEqualTo(UNSATISFIABLE);
        assertThat(parse("bytes=-1", 0)).as("the whole of nothing").isEqualTo(NONE);
        assertThat(parse("bytes=0-,-1", 0)).isEqualTo(NONE);
    }

    @Test
    void offsetsBeyondFourGigabytesAreExact() {
        long size = Long.MAX_VALUE - 1;
        assertThat(ranges("bytes=5368709120-5368709129", 6L << 30))
                .isEqualTo("5368709120-5368709129");
        assertThat(ranges("bytes=-1", size)).isEqualTo("9223372036854775805-9223372036854775805");
        assertThat(ranges("bytes=1-" + BEYOND_LONG, size)).isEqualTo("1-9223372036854775805");
    }

    @Test
    void tooManyRangesAreIgnored() {
        String most = "bytes=" + "0-1,".repeat(ByteRanges.MAX_RANGES);
        assertThat(ranges(most, SIZE)).isEqualTo("0-1");
        assertThat(parse(most + "0-1", SIZE)).isEqualTo(NONE);
        String apart = IntStream.range(0, ByteRanges.MAX_RANGES)
                .mapToObj(i -> 2 * i + "-" + 2 * i)
                .collect(Collectors.joining(",", "bytes=", ""));
        assertThat(parse(apart, SIZE)).isEqualTo(SATISFIABLE);
        assertThat(ranges.count()).isEqualTo(ByteRanges.MAX_RANGES);
        assertThat(parse(apart + ",9999-", SIZE)).isEqualTo(NONE);
    }

    @Test
    void theLastOfManyRangesMayJoinOneInTheirMiddle() {
        String apart = IntStream.range(0, ByteRanges.MAX_RANGES - 1)
                .mapToObj(i -> 3 * i + "-" + 3 * i)
                .collect(Collectors.joining(","));
        int middle = ByteRanges.MAX_RANGES / 2;
        String joined = 3 * middle + "-" + (3 * middle + 1);
        String expected = apart.replace("," + 3 * middle + "-" + 3 * middle, "," + joined);
        assertThat(ranges("bytes=" + apart + "," + joined, SIZE)).isEqualTo(expected);
    }

    @Test
    void aHeadHasOneRangeFieldOrNone() {
        assertThat(ranges.parse(Heads.with("Range: bytes=1-2\r\n"), SIZE)).isEqualTo(SATISFIABLE);
        assertThat(ranges.parse(Heads.with(""), SIZE)).isEqualTo(NONE);
        assertThat(ranges.count()).isZero();
        assertThat(ranges.parse(Heads.with("Range: bytes=1-2\r\nRange: bytes=1-2\r\n"), SIZE))
                .isEqualTo(NONE);
    }
}
