package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Limits;

/** Who gets how many descriptors. */
final class DescriptorBudgetTest {
    @ParameterizedTest
    @ValueSource(longs = {8, 64, 256, 1_024, 4_096, 20_000, 1 << 20, Long.MAX_VALUE})
    void allTogetherHaveNoMoreThanThereAre(long limit) {
        DescriptorBudget budget = DescriptorBudget.of(limit, Limits.CONNECTIONS);

        assertThat(budget.connections()).isPositive();
        assertThat(budget.openFiles()).isPositive();
        assertThat(budget.connections() + 2L * budget.openFiles()).isLessThan(limit);
    }

    @Test
    void tenThousandClientsFitIntoTwentyThousandDescriptors() {
        assertThat(DescriptorBudget.of(20_000, Limits.CONNECTIONS).connections())
                .isGreaterThan(10_000);
    }

    @Test
    void thereAreNeverMoreConnectionsThanWereAskedFor() {
        assertThat(DescriptorBudget.of(1 << 20, 100).connections()).isEqualTo(100);
        assertThat(DescriptorBudget.unlimited(100).connections()).isEqualTo(100);
    }
}
