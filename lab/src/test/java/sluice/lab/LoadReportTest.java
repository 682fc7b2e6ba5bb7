package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a load says of answers that were not right. */
class LoadReportTest {
    private static String errors(long unexpected, Map<Integer, Long> statuses) {
        LoadResult result = new LoadResult(
                1,
                0,
                0,
                Map.of(LoadError.STATUS, unexpected),
                statuses,
                0,
                0,
                new Latency(),
                new Latency(),
                0.1,
                0.1,
                List.of(),
                true);
        LoadPlan plan =
                LoadPlan.of(Target.parse("http://h/"), Duration.ZERO, Duration.ofSeconds(1));
        return LoadReport.of(plan, result, null).text();
    }

    @Test
    void anUnexpectedStatusIsNamedWithItsCount() {
        assertThat(errors(1_702, Map.of(200, 9L, 404, 1_700L, 500, 2L)))
                .contains("1,702 unexpected status (404: 1,700, 500: 2)\n");
    }

    @Test
    void ifTheRightOneOfSomeUrlMayBeAmongThemAllAreNamed() {
        assertThat(errors(7, Map.of(200, 9L, 304, 4L, 404, 3L)))
                .contains("7 unexpected status (of all answers 200: 9, 304: 4, 404: 3)\n");
    }

    @Test
    void ofManyTheMostFrequentAreNamed() {
        assertThat(errors(10, Map.of(400, 1L, 401, 2L, 403, 3L, 404, 4L)))
                .contains("10 unexpected status (404: 4, 403: 3, 401: 2, ...)\n");
    }
}
