package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sluice.io.testing.ManualLoop;
import sluice.io.testing.ScriptedProtocol;

import java.time.Duration;

/** A file whose pages were lent to a socket, until the peer has all of them. */
class LentPagesTest {
    private static final Duration WHILE = Duration.ofMillis(100);

    private final ScriptedProtocol protocol = new ScriptedProtocol();
    private final ManualLoop loop = new ManualLoop(() -> protocol, 1);
    private final Connection connection = loop.connection();
    private final Source source = new Source();

    @BeforeEach
    void sendARegion() {
        protocol.regions.add(source);
        connection.opened();
        loop.unacknowledged = 300;
        connection.sent(1000);
        assertThat(source.released).isFalse();
    }

    @AfterEach
    void end() {
        connection.end();
        connection.collected();
        assertThat(source.released).isTrue();
        assertThat(loop.resources().timers().size()).isZero();
    }

    private void expectTorn(boolean torn) {
        assertThat(loop.verbs().contains("rst")).isEqualTo(torn);
        assertThat(loop.counted(Counter.FILE_CHANGED)).isEqualTo(torn ? 1 : 0);
    }

    @Test
    void itIsLookedAtUntilThePeerHasAll() {
        loop.pass(WHILE);
        int asked = source.asked;
        loop.pass(WHILE);
        assertThat(source.asked).isGreaterThan(asked);
        loop.unacknowledged = 0;
        loop.pass(Duration.ofSeconds(2));
        assertThat(source.released).isTrue();
        expectTorn(false);
    }

    @Test
    void aChangeTearsTheConnectionOfAPeerThatLacksAPart() {
        loop.pass(WHILE);
        source.changed = true;
        loop.pass(WHILE);
        expectTorn(true);
    }

    @Test
    void aChangeIsNothingToAPeerThatHasAll() {
        source.changed = true;
        loop.unacknowledged = 0;
        loop.pass(WHILE);
        expectTorn(false);
        assertThat(source.released).isTrue();
    }

    @Test
    void aPeerOfWhichNothingIsKnownLacksAPartForSomeSeconds() {
        loop.unacknowledged = -1;
        loop.pass(Duration.ofSeconds(4));
        source.changed = true;
        loop.pass(Duration.ofSeconds(2));
        expectTorn(true);
    }

    @Test
    void aPeerOfWhichNothingIsKnownDoesNotKeepAFileOpenForEver() {
        loop.unacknowledged = -1;
        for (int i = 0; i < 7; i++) {
            loop.pass(Duration.ofSeconds(1));
        }
        assertThat(source.released).isTrue();
        assertThat(source.asked).isLessThan(12);
        source.changed = true;
        loop.pass(Duration.ofSeconds(2));
        expectTorn(false);
    }

    @Test
    void aConnectionThatIsClosedIsTornIfThePeerLacksAPartOfAChangedFile() {
        source.changed = true;
        connection.end();
        expectTorn(true);
    }

    @Test
    void aConnectionThatIsClosedEndsInOrderIfThePeerHasAll() {
        source.changed = true;
        loop.unacknowledged = 0;
        connection.end();
        expectTorn(false);
    }

    @Test
    void aPeerThatSendsMoreHasWhatItWasSent() {
        loop.receive("a");
        source.changed = true;
        assertThat(source.released).isTrue();
        loop.pass(WHILE);
        expectTorn(false);
    }

    @Test
    void aSlowPeerIsLookedAfterLessAndLessOften() {
        for (int i = 0; i < 100; i++) {
            loop.pass(Duration.ofMillis(100));
        }
        assertThat(source.asked).isBetween(10, 20);
    }

    private static final class Source implements FileSource {
        private boolean changed;
        private boolean released;
        private int asked;

        @Override
        public OpenFile file() {
            throw new IllegalStateException("not read here");
        }

        @Override
        public boolean unchanged() {
            asked++;
            return !changed;
        }

        @Override
        public boolean retain() {
            return true;
        }

        @Override
        public void release() {
            released = true;
        }
    }
}
