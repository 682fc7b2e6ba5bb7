package sluice.server.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.testing.ManualLoop;
import sluice.io.testing.ScriptedProtocol;

import java.time.Duration;

/** When the kernel may hold more than an urgent response should wait for. */
class BacklogTest {
    private static final long MIB = 1 << 20;
    private static final Duration LONG = Duration.ofMillis(13);

    private final ManualLoop loop = new ManualLoop(ScriptedProtocol::new, 1);
    private final Backlog backlog = new Backlog(loop.connection());

    @Test
    void itIsBoundedUntilTheClientHasProvedFast() {
        assertThat(loop.unsentMax).isEqualTo(Backlog.UNSENT_MAX);
        backlog.queued(MIB - 1);
        assertThat(loop.unsentMax).isEqualTo(Backlog.UNSENT_MAX);
        backlog.queued(1);
        assertThat(loop.unsentMax).as("what the system has").isZero();
    }

    @Test
    void itIsBoundedAgainWhenTheClientBecomesSlow() {
        backlog.queued(MIB);
        backlog.queued(MIB / 2);
        loop.pass(LONG);
        backlog.queued(MIB / 2);
        assertThat(loop.unsentMax).isEqualTo(Backlog.UNSENT_MAX);
    }

    @Test
    void aSlowClientChangesNothing() {
        loop.pass(LONG);
        backlog.queued(MIB);
        assertThat(loop.unsentMax).isEqualTo(Backlog.UNSENT_MAX);
    }
}
