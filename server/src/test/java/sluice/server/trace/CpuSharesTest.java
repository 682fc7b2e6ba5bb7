package sluice.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import sluice.io.testing.ManualLoop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The CPU time of a loop's thread is shared out over the responses of each turn, to the last. */
class CpuSharesTest {
    private static final long SEND = CpuShares.SEND_IN_BYTES;

    private final ManualLoop loop = new ManualLoop(
            () -> {
                throw new AssertionError("no connection opens");
            },
            1);
    private final List<@Nullable Duration> told = new ArrayList<>();
    private final Consumer<@Nullable Duration> owner = told::add;
    private long cpu = 1_000;
    private int reads;

    private CpuShares shares(boolean known) {
        CpuShares shares = new CpuShares(
                loop,
                () -> {
                    reads++;
                    return cpu;
                },
                known);
        shares.begin();
        return shares;
    }

    @Test
    void aTurnIsSharedByBytesAndAFixedPartForEachSend() {
        CpuShares shares = shares(true);
        CpuShares.Share small = new CpuShares.Share();
        CpuShares.Share large = new CpuShares.Share();
        shares.sent(small, 0);
        shares.over(small, owner);
        shares.sent(large, 2 * SEND);
        shares.over(large, owner);
        assertThat(told).as("before the turn ends").isEmpty();
        cpu += 400;
        loop.run();

        assertThat(told).containsExactly(Duration.ofNanos(100), Duration.ofNanos(300));
    }

    @Test
    void aResponseGetsItsShareOfEachTurnThatSendsIt() {
        CpuShares shares = shares(true);
        CpuShares.Share large = new CpuShares.Share();
        for (int turn = 0; turn < 3; turn++) {
            shares.sent(large, SEND);
            shares.sent(large, SEND);
            cpu += 70;
            loop.run();
        }
        shares.over(large, owner);
        loop.run();

        assertThat(told).containsExactly(Duration.ofNanos(210));
    }

    @Test
    void theClockIsReadOnceInATurnThatSends() {
        CpuShares shares = shares(true);
        reads = 0;
        for (int i = 0; i < 5; i++) {
            CpuShares.Share share = new CpuShares.Share();
            shares.sent(share, 1);
            shares.over(share, owner);
        }
        loop.run();

        assertThat(reads).isEqualTo(1);
    }

    @Test
    void whatATurnWithoutAnswersCostsIsTheNextOnes() {
        CpuShares shares = shares(true);
        CpuShares.Share torn = new CpuShares.Share();
        shares.over(torn, owner);
        cpu += 50;
        loop.run();
        CpuShares.Share share = new CpuShares.Share();
        shares.sent(share, 1);
        shares.over(share, owner);
        cpu += 50;
        loop.run();

        assertThat(told).containsExactly(Duration.ZERO, Duration.ofNanos(100));
    }

    @Test
    void aLoopThatHasEndedTellsAtOnce() {
        CpuShares shares = shares(true);
        loop.ended = true;
        CpuShares.Share share = new CpuShares.Share();
        cpu += 60;
        shares.sent(share, 1);
        shares.over(share, owner);

        assertThat(told).containsExactly(Duration.ofNanos(60));
    }

    @Test
    void nothingIsInventedWhereOtherThreadsMoveTheBytes() {
        CpuShares shares = shares(false);
        CpuShares.Share share = new CpuShares.Share();
        shares.sent(share, 1);
        shares.over(share, owner);

        assertThat(told).hasSize(1).containsOnlyNulls();
        assertThat(reads).isZero();
    }
}
