package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;

/** The field Priority of RFC 9218. */
class PriorityTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|3|false",
                "u=0|0|false",
                "u=7, i|7|true",
                "i|3|true",
                "i=?0|3|false",
                "i=?1,u=1|1|true",
                "u=8|3|false",
                "u=-1|3|false",
                "u=22|3|false",
                "u|3|false",
                "x=1, u=2|2|false",
                "u=1, u=5|5|false"
            })
    void itSaysHowUrgentAndWhetherAPartIsOfUse(String value, int urgency, boolean incremental) {
        MemorySegment octets = MemorySegment.ofArray(value.getBytes(US_ASCII));
        int priority = Priority.parse(octets, 0, (int) octets.byteSize());
        assertThat(Priority.urgency(priority)).isEqualTo(urgency);
        assertThat(Priority.isIncremental(priority)).isEqualTo(incremental);
    }
}
