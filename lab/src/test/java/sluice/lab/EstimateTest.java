package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

/** An interval says how far few rounds can be trusted. */
class EstimateTest {
    @Test
    void equalRoundsLeaveNoDoubt() {
        Estimate estimate = Estimate.of(List.of(5.0, 5.0, 5.0));

        assertThat(estimate.median()).isEqualTo(5);
        assertThat(estimate.low()).isCloseTo(5, within(1e-9));
        assertThat(estimate.high()).isCloseTo(5, within(1e-9));
    }

    @Test
    void theIntervalIsThatOfStudentsDistributionOverLogarithms() {
        // ln: 0, 1, 2; mean 1, deviation 1; t(0.975, 2) = 4.3027; 4.3027 / sqrt(3) = 2.4841
        Estimate estimate = Estimate.of(List.of(1.0, Math.E, Math.E * Math.E));

        assertThat(Math.log(estimate.low())).isCloseTo(1 - 2.4841, within(1e-3));
        assertThat(Math.log(estimate.high())).isCloseTo(1 + 2.4841, within(1e-3));
    }

    @Test
    void oneRoundProvesNothing() {
        assertThat(Estimate.of(List.of(5.0)).excludes(1_000)).isFalse();
    }

    @Test
    void ratiosOfTheSameRoundsCancelWhatDisturbedBoth() {
        Estimate ratio = Estimate.ofRatios(List.of(2.0, 20.0, 4.0), List.of(1.0, 10.0, 2.0));

        assertThat(ratio.median()).isEqualTo(2);
        assertThat(ratio.excludes(1)).isTrue();
        assertThat(ratio.excludes(2.01)).isTrue();
    }
}
