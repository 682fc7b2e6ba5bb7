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
        DescriptorBudget budget = DescriptorBudget.of(limit, 0, Limits.CONNECTIONS);

        assertThat(budget.connections()).isPositive();
        assertThat(budget.openFiles()).isPositive();
        assertThat(budget.connections() + 2L * budget.openFiles()).isLessThan(limit);
    }

    @ParameterizedTest
    @ValueSource(longs = {32, 60, 500, 900})
    void whatIsOpenAlreadyIsNotSharedOut(long open) {
        DescriptorBudget budget = DescriptorBudget.of(1_024, open, Limits.CONNECTIONS);

        assertThat(budget.connections()).isPositive();
        assertThat(open + budget.connections() + 2L * budget.openFiles()).isLessThan(1_024);
    }

    @Test
    void aProcessThatHasUsedUpItsDescriptorsStillTakesOneConnection() {
        assertThat(DescriptorBudget.of(80, 90, Limits.CONNECTIONS))
                .isEqualTo(new DescriptorBudget(1, 1));
    }

    @Test
    void tenThousandClientsFitIntoTwentyThousandDescriptors() {
        assertThat(DescriptorBudget.of(20_000, 100, Limits.CONNECTIONS).connections())
                .isGreaterThan(10_000);
    }

    @Test
    void thereAreNeverMoreConnectionsThanWereAskedFor() {
        assertThat(DescriptorBudget.of(1 << 20, 100, 100).connections()).isEqualTo(100);
        assertThat(DescriptorBudget.unlimited(100).connections()).isEqualTo(100);
    }
}
