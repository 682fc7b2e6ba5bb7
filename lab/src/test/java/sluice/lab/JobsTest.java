package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.util.Map;

/** A job is read from TOML, and its cells are all combinations of what varies. */
class JobsTest {
    @ParameterizedTest
    @FieldSource("sluice.lab.Jobs#BUILT_IN")
    void eachJobOfTheLabHasCells(String name) throws Exception {
        Job job = Jobs.builtIn(name).getFirst();

        assertThat(job.question()).endsWith("?");
        assertThat(job.cells(false)).hasSizeBetween(2, 5);
        assertThat(job.cells(true).size())
                .isGreaterThanOrEqualTo(job.cells(false).size());
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

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[cell]\nspeed = 1\n")
                        .getFirst()
                        .cells(false))
                .hasMessageContaining("job mine sets speed, which is none of engine, model");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[cell]\nfile = \"x\"\n")
                        .getFirst()
                        .cells(false))
                .hasMessageContaining("job mine has a value of the wrong kind");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n[cell]\nengine = \"x\"\n")
                        .getFirst()
                        .cells(false))
                .hasMessageContaining("there is no engine x; there are sluice, none, nginx");
        assertThatThrownBy(() -> Jobs.parse("mine", "[cell]\n"))
                .hasMessageContaining("job mine has no question");
        assertThatThrownBy(() -> Jobs.parse("mine", "question = \"Why?\"\n\nvary = [\n"))
                .hasMessageContaining("job mine, line ");
        assertThatThrownBy(() -> Jobs.builtIn("other"))
                .hasMessageContaining("there is no job other; there are harness, copy");
    }
}
