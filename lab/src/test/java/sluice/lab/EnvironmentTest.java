package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** Two environments differ in what both know. */
class EnvironmentTest {
    private static Environment of(String... facts) {
        Environment environment = new Environment(Map.of("kernel", "Linux 6"));
        for (int i = 0; i < facts.length; i += 2) {
            environment = environment.with(facts[i], facts[i + 1]);
        }
        return environment;
    }

    @Test
    void aFactThatOneOfThemLacksIsNoDifference() {
        assertThat(of().differences(of("threads per core", "2"))).isEmpty();
        assertThat(of("governor", "unknown").differences(of("governor", "powersave")))
                .isEmpty();
    }

    @Test
    void aFactThatBothKnowIsADifference() {
        assertThat(of("CPU quota", "none").differences(of("CPU quota", "1.50 CPUs")))
                .containsExactly("CPU quota none, then 1.50 CPUs");
    }

    @Test
    void recordedTrafficDiffersFromNone() {
        assertThat(of("traffic", "ab").differences(of()))
                .containsExactly("traffic ab, then unknown");
    }

    @Test
    void thisMachineTellsWhatFiguresDependOn() {
        assertThat(Lab.environment(null).facts())
                .containsKeys("kernel", "governor", "threads per core", "CPU quota");
    }
}
