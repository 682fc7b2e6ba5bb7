package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.server.MemoryPlan;
import sluice.server.ProcessFacts;

/** Which limit of the process a start suffers from. */
final class BudgetReportTest {
    private static final ProcessFacts PLENTY =
            new ProcessFacts(8L << 30, 2L << 30, ProcessFacts.NONE, 1 << 20, 20, ProcessFacts.NONE);

    private static String scarcity(ProcessFacts facts, Limits wanted) {
        Machinery machinery = Machinery.defaults().withLoops(2);
        return BudgetReport.scarcity(facts, machinery, wanted, MemoryPlan.defaults(), null);
    }

    @Test
    void ofEnoughNothingIsSaid() {
        assertThat(scarcity(PLENTY, Limits.defaults())).isEmpty();
        assertThat(scarcity(PLENTY.withDescriptors(20_000), Limits.defaults())).isEmpty();
    }

    @Test
    void theLimitIsNamedWithoutWhichThereWereMore() {
        assertThat(scarcity(PLENTY.withDescriptors(64), Limits.defaults()))
                .matches("less than usual here: \\d+ connections, not 16384, for lack of"
                        + " descriptors \\(ulimit -n 64\\)");
        assertThat(scarcity(PLENTY.withTasks(49), Limits.defaults()))
                .isEqualTo("less than usual here: 1 loops, not 2, for lack of threads (49)");
        assertThat(scarcity(
                        new ProcessFacts(
                                96L << 20, 24L << 20, ProcessFacts.NONE, 1 << 20, 20, 9_999),
                        Limits.defaults()))
                .contains("connections, not 16384, for lack of memory (sluice doctor)")
                .contains("buffers per loop and direction, not 2048, for lack of memory");
    }

    @Test
    void whatTheUserWantedIsNotScarce() {
        assertThat(scarcity(PLENTY.withDescriptors(4_096), Limits.defaults().withConnections(100)))
                .isEmpty();
    }
}
