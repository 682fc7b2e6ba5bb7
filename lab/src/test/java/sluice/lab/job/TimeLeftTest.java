package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import sluice.lab.Job;
import sluice.lab.LabPlan;
import sluice.lab.job.PlannedTime.Part;

import java.util.List;
import java.util.Map;

/** What is left of a run is what is left of its plan, corrected by what was used. */
class TimeLeftTest {
    private static final LabPlan.Timing TIMING = new LabPlan.Timing(10, 2, 4);
    private static final Offset<Double> EXACT = Offset.offset(1e-9);

    private static Job job(double seconds, Map<String, Object> cell) {
        return job("one", seconds, cell);
    }

    private static Job job(String name, double seconds, Map<String, Object> cell) {
        return new Job(
                name,
                "Why?",
                seconds,
                0,
                0,
                cell,
                Map.of("model", List.of("epoll", "poll")),
                Map.of());
    }

    private static LabPlan plan(Job... jobs) {
        return new LabPlan(List.of(jobs), false, TIMING, null);
    }

    @Test
    void aPlanHasTheSecondServerOfTheFirstCellToo() {
        Job job = job(0, Map.of());

        Map<Part, Double> parts = PlannedTime.of(job, plan(job));

        assertThat(parts.get(Part.WARM_UP)).isEqualTo(3 * 10.0);
        assertThat(parts.get(Part.ROUND)).isBetween(3 * 4 * 2.0, 3 * 4 * 2.5);
        assertThat(PlannedTime.seconds(plan(job, job("two", 0, Map.of()))))
                .isCloseTo(2 * PlannedTime.sum(parts), EXACT);
    }

    @Test
    void aJobOfLongRoundsTakesLonger() {
        Job job = job(7, Map.of());

        assertThat(PlannedTime.of(job, plan(job)).get(Part.ROUND)).isGreaterThan(3 * 4 * 7.0);
    }

    @Test
    void aFreshProcessHasNoWarmUp() {
        Job job = job(0, Map.of("first", 1));

        assertThat(PlannedTime.of(job, plan(job)).get(Part.WARM_UP)).isZero();
    }

    @Test
    void whatPartsReallyTookCorrectsThoseThatAreLeft() {
        Job job = job(0, Map.of());
        LabPlan plan = plan(job);
        Map<Part, Double> parts = PlannedTime.of(job, plan);
        TimeLeft left = new TimeLeft(plan);

        // Half of all warm-up took a quarter of its time; rounds are as planned until one was.
        left.used(Part.WARM_UP, 15, 7.5);

        double others = PlannedTime.sum(parts) - parts.getOrDefault(Part.WARM_UP, 0.0);
        assertThat(left.seconds()).isCloseTo(7.5 + others, EXACT);
        assertThat(left.seconds(parts)).isCloseTo(15 + others, EXACT);
    }

    @Test
    void cellsThatCannotRunTakeNoTimeAndSayNothingOfTheOthers() {
        Job job = job(0, Map.of());
        TimeLeft left = new TimeLeft(plan(job));
        double before = left.seconds();

        left.dropped(Part.WARM_UP, 10);

        assertThat(left.seconds()).isCloseTo(before - 10, EXACT);
    }
}
