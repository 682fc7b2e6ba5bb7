package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/** A lab that is killed leaves no server behind. */
class EndsWithLabTest {
    private static final long PATIENCE_SECONDS = 60;

    @Test
    void aServerEndsWhenItsParentIsKilled() throws Exception {
        assumeFalse(EndsWithLab.prefix().isEmpty(), "setpriv(1) is not here");
        Process parent = new ProcessBuilder(
                        "sh",
                        "-c",
                        String.join(" ", EndsWithLab.prefix()) + " sleep 600 & echo $!; wait")
                .start();
        ProcessHandle child = ProcessHandle.of(
                        Long.parseLong(parent.inputReader().readLine()))
                .orElseThrow();
        // Its parent waits for it: it is killed before the child could have asked for its signal.
        while (!child.info().command().orElse("").endsWith("/sleep")) {
            Thread.onSpinWait();
        }

        parent.destroyForcibly().waitFor();

        assertThat(child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS).isAlive())
                .isFalse();
    }
}
