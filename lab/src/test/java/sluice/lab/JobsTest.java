package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A job is read from TOML, and its cells are all combinations of what varies. */
class JobsTest {
    @ParameterizedTest
    @FieldSource({"sluice.lab.Jobs#TOUR", "sluice.lab.Jobs#MORE"})
    void eachJobOfTheLabHasCells(String name) throws Exception {
        Job job = Jobs.builtIn(name).getFirst();

        assertThat(job.question()).endsWith("?");
        assertThat(job.cells(false)).hasSizeBetween(2, 5);
        assertThat(job.cells(true).size())
                .isGreaterThanOrEqualTo(job.cells(false).size());
    }

    @ParameterizedTest
    @FieldSource("sluice.lab.Jobs#BY_NAME")
    void eachJobBesideTheTourHasCells(String name) throws Exception {
        Job job = Jobs.builtIn(name).getFirst();

        assertThat(job.cells(false)).hasSizeBetween(2, 12);
        assertThat(job.cells(true)).hasSizeGreaterThan(job.cells(false).size());
    }

    @Test
    void allJobsHaveANameTogether() throws Exception {
        int jobs = Jobs.TOUR.size() + Jobs.MORE.size() + Jobs.BY_NAME.size();

        assertThat(Jobs.builtIn(Jobs.ALL))
                .hasSize(jobs)
                .extracting(Job::name)
                .doesNotHaveDuplicates()
                .contains("copy", "blocks", "c10k");
    }

    @Test
    void aTourHasSoFewCellsThatEachCanBeRight() throws Exception {
        int cells = 0;
        for (String name : Jobs.TOUR) {
            cells += Jobs.builtIn(name).getFirst().cells(false).size();
        }

        assertThat(cells).isBetween(6, 12);
    }

    @Test
    void aFileMayHoldAJobForEachOfSeveralSetsOfSettings() throws Exception {
        List<Job> jobs = Jobs.parse("mine", """
            question = "Why?"
            [each.small]
            file = 1
            [each.large]
            file = 1_000
            connections = 2
            [cell]
            connections = 1
            """);

        assertThat(jobs).extracting(Job::name).containsExactly("mine-small", "mine-large");
        Settings large = jobs.getLast().cells(false).getFirst().settings();
        assertThat(large.file()).isEqualTo(1_000);
        assertThat(large.connections()).isEqualTo(2);
        assertThat(jobs.getFirst().cells(false).getFirst().settings().connections())
                .isEqualTo(1);
    }

    @Test
    void aJobMaySayHowManyRoundsItHasAndHowLongItsWarmUpIs() {
        Job job = Jobs.parse("mine", "question = \"Why?\"\nrounds = 3\nwarmUp = 0.5")
                .getFirst();
        Job other = Jobs.parse("mine", "question = \"Why?\"").getFirst();

        assertThat(LabPlan.Timing.TOUR.rounds(job)).isEqualTo(3);
        assertThat(LabPlan.Timing.TOUR.warmUpMost(job)).isEqualTo(0.5);
        assertThat(LabPlan.Timing.TOUR.rounds(other)).isEqualTo(5);
        assertThat(LabPlan.Timing.FULL.withRounds(2).rounds(job.withoutRounds()))
                .isEqualTo(2);
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\nrounds = -1"))
                .hasMessageContaining("rounds must be from 1 to 1000");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\nwarmUp = 601"))
                .hasMessageContaining("warmUp must be from 0 to 600");
    }

    @Test
    void aJobMaySayHowLongARoundLastsAtLeast() {
        Job job = Jobs.parse("mine", "question = \"Why?\"\nseconds = 3\n").getFirst();

        assertThat(LabPlan.Timing.TOUR.roundTime(job)).isEqualTo(Duration.ofSeconds(3));
        Job other = Jobs.parse("other", "question = \"Why?\"\n").getFirst();
        assertThat(LabPlan.Timing.FULL.roundTime(other)).isEqualTo(Duration.ofSeconds(2));
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"?\"\nseconds = -1\n"))
                .hasMessage("job mine: seconds must be from 0 to 60");
    }

    @Test
    void allPeersAreMeasuredInAFullRunAndOneLoadCanBeChosen() throws Exception {
        List<Job> peers = Jobs.builtIn(Jobs.PEERS);

        assertThat(peers).hasSizeGreaterThan(5).allSatisfy(job -> {
            assertThat(job.cells(false).getFirst().settings().engine()).isEqualTo("nginx");
            assertThat(job.cells(true))
                    .extracting(cell -> cell.settings().engine())
                    .containsAll(Settings.PEERS)
                    .contains(Settings.SLUICE);
        });
        assertThat(Jobs.builtIn("peers-1k")).containsExactly(peers.getFirst());
        assertThatThrownBy(() -> Jobs.builtIn("peers-2k"))
                .hasMessageContaining("there is no job peers-2k; there are peers-1k, peers-1k-512");
    }

    @Test
    void cellsAreTheProductOfWhatVaries() {
        Job job = Jobs.parse("mine", """
            question = "Why?"
            [cell]
            file = 2_048
            [vary]
            model = ["epoll", "poll"]
            idle = [0, 900]
            """).getFirst();

        assertThat(job.cells(false))
                .extracting(Job.Cell::varied)
                .containsExactly(
                        Map.of("model", "epoll", "idle", "0"),
                        Map.of("model", "epoll", "idle", "900"),
                        Map.of("model", "poll", "idle", "0"),
                        Map.of("model", "poll", "idle", "900"));
        assertThat(job.cells(true)).isEqualTo(job.cells(false));
        Settings last = job.cells(false).getLast().settings();
        assertThat(last.file()).isEqualTo(2_048);
        assertThat(last.idle()).isEqualTo(900);
        assertThat(last.copy()).isEqualTo("auto");
    }

    /** A name that is none would pass for one that this machine cannot run. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model = 'epol' | there is no model epol; there are auto, ",
                "reactor = 'sub' | there is no reactor sub; there are auto, ",
                "copy = 'send' | there is no copy send; there are auto, ",
                "file = -5 | file is at least 0, not -5",
                "connections = 0 | connections is at least 1, not 0",
                "rate = -1 | rate is at least 0, not -1.0",
                "guard = 'x' | guard is on or off, not x"
            },
            quoteCharacter = '"')
    void settingsThatCannotBeAreRefusedBeforeAnythingIsMeasured(String setting, String why) {
        Job job = Jobs.parse("mine", "question = \"Why?\"\n[cell]\n" + setting + "\n")
                .getFirst();

        assertThatThrownBy(() -> job.cells(false)).hasMessageStartingWith("job mine: " + why);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[cell]\nspeed = 1\n")
                        .getFirst()
                        .cells(false))
                .hasMessageContaining("job mine sets speed, which is none of engine, model");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[cell]\nfile = \"x\"\n")
                        .getFirst()
                        .cells(false))
                .hasMessage("job mine: file has a value of the wrong kind");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\nround = 3\n"))
                .hasMessageContaining("there is no round in a job; there are cell, each, full");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[vary]\nidle = 3\n"))
                .hasMessageContaining("vary takes a list of values for each setting");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[vary]\nidle = []\n"))
                .hasMessage("job mine: idle varies over no value");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[cell]\nengine = \"x\"\n")
                        .getFirst()
                        .cells(false))
                .hasMessageContaining("there is no engine x; there are sluice, none, nginx");
        assertThatThrownBy(() -> Jobs.parse("mine", "[cell]\n"))
                .hasMessageContaining("job mine has no question");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n\nvary = [\n"))
                .hasMessageContaining("job mine, line ");
        assertThatThrownBy(() -> Jobs.builtIn("other"))
                .hasMessageContaining("there is no job other; there are copy, models");
    }

    @Test
    void aJobOfLongRoundsMayWarmUpForTenOfThem() {
        Job usual = Jobs.parse("mine", "question = \"Why?\"\n").getFirst();
        Job brief = Jobs.parse("mine", "question = \"Why?\"\nseconds = 0.7\n").getFirst();
        Job longer = Jobs.parse("mine", "question = \"Why?\"\nseconds = 4\n").getFirst();

        assertThat(LabPlan.Timing.TOUR.warmUpMost(usual)).isEqualTo(10);
        assertThat(LabPlan.Timing.TOUR.warmUpMost(brief)).isEqualTo(10);
        assertThat(LabPlan.Timing.TOUR.warmUpMost(longer)).isEqualTo(40);
        assertThat(LabPlan.Timing.FULL.warmUpMost(usual)).isEqualTo(20);
    }
}
