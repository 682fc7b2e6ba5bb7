package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.lab.Findings.among;
import static sluice.lab.Findings.cell;
import static sluice.lab.Findings.job;
import static sluice.lab.Findings.run;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** Two runs are compared if their machines and settings are alike, and only then. */
class LabDiffTest {
    private static final LabResults BASE = run(job(cell("epoll", 10, 10.1, 9.9)));

    private static LabDiff.Row row(LabResults second) throws Exception {
        LabDiff diff = LabDiff.of(BASE, second);
        assertThat(diff.rows()).hasSize(1);
        return diff.rows().getFirst();
    }

    private static LabResults with(LabResults run, Environment environment) {
        return with(run, environment, true);
    }

    private static LabResults with(LabResults run, Environment environment, boolean complete) {
        return new LabResults(
                run.schema(),
                run.sluice(),
                run.started(),
                run.seconds(),
                complete,
                run.settings(),
                environment,
                run.peers(),
                run.jobs(),
                run.buffers(),
                run.traffic());
    }

    @Test
    void aDearerCellIsNamedWithTheIntervalOfItsRatio() throws Exception {
        LabDiff.Row row = row(run(job(cell("epoll", 12, 12.1, 11.9))));

        assertThat(row.ratio().median()).isEqualTo(1.2);
        assertThat(row.differs()).isTrue();
        // Welch: variances of the logarithms 1e-4 and 6.95e-5; t(0.975, 3.87) = 2.81
        assertThat(row.ratio().low()).isBetween(1.17, 1.18);
        assertThat(row.ratio().high()).isBetween(1.22, 1.23);
    }

    @Test
    void onlyAnIntervalBeyondTheThresholdFails() throws Exception {
        LabDiff.Row row = row(run(job(cell("epoll", 12, 12.1, 11.9))));
        assertThat(row.isDearerBy(0.05)).isTrue();
        assertThat(row.isDearerBy(0.19)).isFalse();

        LabDiff.Row wide = row(run(job(cell("epoll", 9, 16, 13))));
        assertThat(wide.isDearerBy(0.05)).isFalse();

        LabDiff.Row cheaper = row(run(job(cell("epoll", 5, 5, 5))));
        assertThat(cheaper.differs()).isTrue();
        assertThat(cheaper.isDearerBy(0)).isFalse();
    }

    @Test
    void whatIsWithinTheNoiseOfEitherRunIsNoDifference() throws Exception {
        JobResult noisy = new JobResult(
                "one",
                "Why?",
                List.of("model"),
                0.3,
                0.3,
                0.3,
                1L << 20,
                0.5,
                List.of(cell("epoll", 12, 12.1, 11.9)));

        LabDiff diff = LabDiff.of(BASE, run(noisy));

        assertThat(diff.rows().getFirst().isDearerBy(0.05)).isFalse();
        assertThat(diff.text()).contains("no difference");
    }

    @Test
    void anotherMachineIsRefusedWithWhatDiffers() {
        Environment other = BASE.environment().with("processors", "999");

        assertThatThrownBy(() -> LabDiff.of(BASE, with(BASE, other)))
                .isInstanceOf(LabDiff.Incomparable.class)
                .hasMessageContaining("the machines differ: processors ")
                .hasMessageContaining(", then 999");
    }

    @Test
    void anotherVersionOfAPeerIsRefused() {
        assertThatThrownBy(() -> LabDiff.of(with("1.22"), with("1.28")))
                .hasMessage("the versions of nginx differ: 1.22, then 1.28");
    }

    private static LabResults with(String version) {
        return new LabResults(
                BASE.schema(),
                BASE.sluice(),
                BASE.started(),
                BASE.seconds(),
                BASE.complete(),
                BASE.settings(),
                BASE.environment(),
                List.of(new PeerUsed("nginx", version, List.of(), Map.of())),
                BASE.jobs(),
                BASE.buffers(),
                BASE.traffic());
    }

    @Test
    void theLoadAverageAloneIsNoOtherMachine() throws Exception {
        Environment later = BASE.environment().with("load", "0.99 1/1 1");

        assertThat(LabDiff.of(BASE, with(BASE, later)).rows()).hasSize(1);
    }

    @Test
    void otherSettingsAreRefused() {
        assertThatThrownBy(() -> LabDiff.requireAlike(
                        BASE, BASE.environment(), LabPlan.Timing.TOUR.withRounds(7)))
                .hasMessage("the settings differ: 5 rounds of 0.5 s after at most 10 s of warm-up,"
                        + " then 7 rounds of 0.5 s after at most 10 s of warm-up");
    }

    @Test
    void aDisturbedRunIsRefused() {
        CellResult disturbed = among(cell("epoll", 10, 10), new Surroundings(0.4, 0, 0, 0));

        assertThatThrownBy(() -> LabDiff.of(BASE, run(job(disturbed))))
                .hasMessage("in the second run the machine was busy with something else during job"
                        + " one: other processes used 40 % of its CPUs");
    }

    @Test
    void aRunThatEndedEarlyIsRefused() {
        LabResults cut = with(BASE, BASE.environment(), false);

        assertThatThrownBy(() -> LabDiff.of(BASE, cut)).hasMessage("the second run ended early");
        assertThatThrownBy(() -> LabDiff.of(cut, BASE)).hasMessage("the first run ended early");
    }

    @Test
    void whatCannotBeComparedIsRefusedBeforeItIsMeasured() throws Exception {
        Job job = Jobs.parse("one", "question = \"?\"\n[vary]\nmodel = [\"epoll\"]\n")
                .getFirst();
        Job other = Jobs.parse("one", "question = \"?\"\n[vary]\nmodel = [\"poll\"]\n")
                .getFirst();
        CellResult cell = cell(Map.of("model", "epoll"), 10, 1, 1);
        LabResults base = run(job(cell));
        LabResults busy = run(job(among(cell, new Surroundings(0.4, 0, 0, 0))));

        LabDiff.requireUseful(base, base.environment(), plan(job));
        assertThatThrownBy(() -> LabDiff.requireUseful(base, base.environment(), plan(other)))
                .hasMessage("the earlier run has no cell of these jobs");
        assertThatThrownBy(() -> LabDiff.requireUseful(busy, busy.environment(), plan(job)))
                .hasMessageContaining("in the first run the machine was busy");
        assertThatThrownBy(() -> LabDiff.requireUseful(
                        with(base, base.environment(), false), base.environment(), plan(job)))
                .hasMessage("the first run ended early");
    }

    private static LabPlan plan(Job job) {
        return new LabPlan(List.of(job), false, LabPlan.Timing.TOUR, null);
    }

    @Test
    void roundsOfAnotherLengthAreRefused() {
        JobResult job = BASE.jobs().getFirst();
        JobResult longer = new JobResult(
                "one", "Why?", job.axes(), 0.01, 0.01, 0.01, 1L << 20, 4.0, job.cells());

        assertThatThrownBy(() -> LabDiff.of(BASE, run(longer)))
                .hasMessage("rounds of job one lasted 0.5 s, then 4.0 s");
    }

    @Test
    void theLatencyThatUsersWaitIsComparedToo() throws Exception {
        CellResult slower = Findings.withP99(cell("epoll", 10, 10.1, 9.9), 600);

        assertThat(LabDiff.of(BASE, run(job(slower))).text())
                .contains("p99, the same", "no difference 2.00 (2.00-2.00)");
        assertThat(LabDiff.of(BASE, BASE).text()).contains("no difference    no difference");
    }

    @Test
    void aCellThatFailsNowIsNamedWithItsReason() throws Exception {
        CellResult was = cell("poll", 1, 1);
        CellResult crashed = new CellResult(
                was.varied(),
                was.settings(),
                CellResult.Outcome.FAILED,
                "the server crashed",
                null,
                List.of(),
                null);
        LabResults before = run(job(cell("epoll", 10, 10), was));

        LabDiff diff = LabDiff.of(before, run(job(cell("epoll", 10, 10), crashed)));
        assertThat(diff.failed()).containsExactly(Map.entry("one: poll", "the server crashed"));
        assertThat(diff.text())
                .contains("one: poll: failed in the second run: the server crashed")
                .doesNotContain("not measured in both");

        LabDiff back = LabDiff.of(run(job(cell("epoll", 10, 10), crashed)), before);
        assertThat(back.failed()).isEmpty();
    }

    @Test
    void runsWithoutACommonCellAreRefusedAndOtherCellsAreNamed() throws Exception {
        assertThatThrownBy(() -> LabDiff.of(BASE, run(job(cell("poll", 1, 1)))))
                .hasMessage("the runs measured no cell in common");

        LabDiff diff = LabDiff.of(BASE, run(job(cell("epoll", 10, 10), cell("poll", 1, 1))));
        assertThat(diff.absent()).containsExactly("one: poll");
        assertThat(diff.text()).contains("one: poll: not measured in both");
        assertThat(diff.text().lines()).allMatch(line -> line.length() <= 100);
    }
}
