package sluice.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Counter;
import sluice.server.CounterHelp;

import java.time.Duration;
import java.time.Instant;

/** The forms of metrics. */
final class ExpositionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                                                                  | TEXT
        */*                                                                 | TEXT
        text/plain                                                          | TEXT
        application/openmetrics-text                                        | OPEN_METRICS
        application/openmetrics-text;version=1.0.0,text/plain;q=0.5         | OPEN_METRICS
        application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.5   | TEXT
        application/openmetrics-text;version=0.0.1,*/*;q=0.1                | TEXT
        application/openmetrics-text;q=0                                    | TEXT
        application/openmetrics-text;q=none                                 | TEXT
        Application/OpenMetrics-Text; Version=1.0.0; Q=0.5, text/plain;q=.3 | OPEN_METRICS
        """)
    void acceptChoosesTheForm(String accept, Exposition.Form form) {
        assertThat(Exposition.Form.of(accept)).isEqualTo(form);
    }

    @Test
    void aLabelIsEscaped() {
        assertThat(Exposition.label("loop", "a\"b\\c\nd")).isEqualTo("loop=\"a\\\"b\\\\c\\nd\"");
    }

    @Test
    void aLargeCounterLosesNoDigit() {
        Exposition to = new Exposition(Exposition.Form.TEXT);
        to.counter("sent_bytes", "Bytes", Long.MAX_VALUE);
        assertThat(to.end()).endsWith("sent_bytes_total 9223372036854775807\n");
    }

    @ParameterizedTest
    @EnumSource
    void everyCounterIsDescribed(Counter counter) {
        CounterHelp help = CounterHelp.of(counter);
        assertThat(help.name()).matches("sluice_[a-z_]+");
        assertThat(help.words()).as("add it to CounterHelp").doesNotStartWith("Counter ");
    }

    @Test
    void aResponseIsInTheClassOfItsTime() {
        ResponseTotals totals = new ResponseTotals();
        totals.accept(Records.of(200, Duration.ofNanos(100_000), Instant.EPOCH));
        totals.accept(Records.of(404, Duration.ofNanos(100_001), Instant.EPOCH));
        totals.accept(Records.of(404, Duration.ofHours(1), Instant.EPOCH));
        String page = MetricsPage.of(Vitals.STARTING, totals, Exposition.Form.TEXT);
        StrictExposition metrics = StrictExposition.text(page);
        String bucket = "sluice_response_seconds_bucket{le=\"%s\"}";
        assertThat(metrics.value(bucket.formatted("0.0001"))).isEqualTo(1);
        assertThat(metrics.value(bucket.formatted("0.00025"))).isEqualTo(2);
        assertThat(metrics.value(bucket.formatted("100.0"))).isEqualTo(2);
        assertThat(metrics.value(bucket.formatted("+Inf"))).isEqualTo(3);
        assertThat(metrics.value("sluice_responses_total{code=\"404\"}")).isEqualTo(2);
        assertThat(metrics.value("sluice_response_seconds_sum")).isEqualTo(3600.000200001);
    }
}
