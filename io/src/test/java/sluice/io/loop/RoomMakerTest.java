package sluice.io.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Counter;
import sluice.io.Standing;
import sluice.io.testing.Logs;
import sluice.io.testing.ManualLoop;
import sluice.io.testing.ScriptedProtocol;
import sluice.io.testing.Watched;

import java.time.Duration;
import java.util.List;

/** Which connections a full server closes, and when the next one. */
@ExtendWith(Watched.class)
class RoomMakerTest {
    private final long[] clock = {1_000_000_000L};
    private final RoomMaker rooms = new RoomMaker(() -> clock[0]);
    private final ManualLoop longest = idle();
    private final ManualLoop other = idle();
    private int waited;

    private ManualLoop idle() {
        ScriptedProtocol protocol = new ScriptedProtocol();
        protocol.standing = Standing.IDLE;
        ManualLoop loop = new ManualLoop(() -> protocol, 1);
        loop.connection().opened();
        rooms.join(new RoomMaker.Member(
                loop.resources().idle(),
                task -> {
                    task.run();
                    return true;
                },
                () -> true));
        return loop;
    }

    private void makeRoom() {
        rooms.makeRoom("at the limit", () -> waited++);
    }

    private long closed() {
        return longest.counted(Counter.CLOSED_FOR_ROOM) + other.counted(Counter.CLOSED_FOR_ROOM);
    }

    /** Those of a ring go on for a turn after the close. */
    @Test
    void whileAClosingIsUnderWayTheEndOfAnotherConnectionAsksForNoSecondOne() {
        makeRoom();
        assertThat(closed()).isEqualTo(1);
        rooms.left();
        assertThat(waited).isEqualTo(1);
        makeRoom();
        assertThat(closed()).isEqualTo(1);
        ManualLoop leaving = longest.counted(Counter.CLOSED_FOR_ROOM) == 1 ? longest : other;
        leaving.connection().collected();
        makeRoom();
        assertThat(closed()).isEqualTo(2);
        assertThat(Logs.take()).hasSize(1);
    }

    @Test
    void aClosingThatDoesNotEndIsNotWaitedForForEver() {
        makeRoom();
        clock[0] += RoomMaker.PATIENCE.plus(Duration.ofMillis(1)).toNanos();
        makeRoom();
        assertThat(closed()).isEqualTo(2);
        assertThat(List.copyOf(Logs.take())).isNotEmpty();
    }
}
