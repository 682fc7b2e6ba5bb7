package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.testing.Logs;
import sluice.io.testing.ManualLoop;
import sluice.io.testing.ScriptedProtocol;
import sluice.io.testing.Watched;
import sluice.linux.Errno;
import sluice.linux.Kernel;

import java.time.Duration;

/** The connection alone: no socket, no thread, and a clock that the test moves. */
@ExtendWith(Watched.class)
class ConnectionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ScriptedProtocol protocol = new ScriptedProtocol();
    private final ManualLoop loop = new ManualLoop(() -> protocol, 1);
    private final Connection connection = loop.connection();

    private int held() {
        return loop.resources().blocks().inUse() + loop.resources().queues().inUse();
    }

    private void open() {
        connection.opened();
        assertThat(loop.verbs()).isEmpty();
    }

    /** As every transport does when nothing is outstanding any more. */
    private void collected() {
        connection.collected();
        assertThat(held()).isZero();
        assertThat(loop.resources().timers().size()).isZero();
        assertThat(loop.population).hasValue(0);
        assertThat(protocol.calls).containsOnlyOnce("closed");
        assertThat(loop.counted(Counter.CONNECTIONS_CLOSED)).isEqualTo(1);
    }

    @Test
    void anIdleConnectionHoldsNoBuffer() {
        open();
        loop.receive("a");
        assertThat(loop.verbs()).containsExactly("send 10", "pause");
        connection.sent(10);
        assertThat(loop.verbs()).containsExactly("receive");
        assertThat(held()).isZero();
    }

    @Test
    void whatWasNotTakenIsSentAgainFromWhereItStopped() {
        open();
        loop.receive("a");
        connection.sent(3);
        connection.sent(6);
        assertThat(loop.verbs()).containsExactly("send 10", "pause", "send 7", "send 1");
        connection.sent(1);
        assertThat(loop.counted(Counter.BYTES_FROM_MEMORY)).isEqualTo(10);
    }

    @Test
    void answersToMessagesOfOneSegmentLeaveTogether() {
        open();
        loop.receive("aaa");
        assertThat(loop.verbs()).containsExactly("send 30", "pause");
    }

    @Test
    void messagesBehindOneThatWaitsAreKeptUntilItIsAnswered() {
        open();
        loop.receive("waa");
        assertThat(loop.verbs()).containsExactly("pause");
        assertThat(loop.resources().blocks().inUse()).isEqualTo(1);
        protocol.waiting = false;
        connection.resume();
        assertThat(loop.verbs()).containsExactly("send 20");
        assertThat(loop.resources().blocks().inUse()).isZero();
    }

    @Test
    void whoWorksOnManyMessagesAtOnceReceivesWhileItSends() {
        protocol.duplex = true;
        open();
        loop.receive("a");
        loop.receive("aa");
        assertThat(loop.verbs()).as("no pause").containsExactly("send 10");
        connection.sent(10);
        assertThat(loop.verbs()).as("what came meanwhile").containsExactly("send 20");
        connection.sent(20);
        assertThat(loop.verbs()).isEmpty();
        assertThat(held()).isZero();
    }

    @Test
    void whatIsProducedDuringASendIsNoPartOfIt() {
        protocol.duplex = true;
        open();
        loop.receive("a");
        loop.receive("a");
        connection.sent(4);
        assertThat(loop.verbs()).containsExactly("send 10", "send 6 more");
        connection.sent(6);
        assertThat(loop.verbs()).containsExactly("send 10");
    }

    @Test
    void whoHasAnAnswerDueIsNotEndedWithItsPeersSide() {
        protocol.duplex = true;
        open();
        loop.receive("w");
        connection.inputEnded();
        assertThat(loop.verbs()).containsExactly("pause");
        protocol.waiting = false;
        protocol.due = 10;
        connection.resume();
        connection.sent(10);
        assertThat(loop.verbs()).containsExactly("send 10", "close");
        collected();
    }

    @Test
    void anUnfinishedMessageIsOfferedAgainWithWhatFollows() {
        open();
        loop.receive("?");
        loop.receive("?".repeat(Block.RECEIVE_SIZE - 1));
        assertThat(loop.verbs()).isEmpty();
        loop.receive("?");
        assertThat(loop.verbs()).as("no more room").containsExactly("pause");
        assertThat(held()).isEqualTo(1);
    }

    @Test
    void aPeerThatTakesByteAfterByteIsStalled() {
        open();
        loop.receive("a");
        for (int i = 0; i < 5; i++) {
            loop.pass(ManualLoop.STALL.dividedBy(6));
            connection.sent(1);
        }
        assertThat(loop.counted(Counter.STALLED)).isZero();
        loop.verbs();
        loop.pass(ManualLoop.STALL.dividedBy(3));
        assertThat(loop.counted(Counter.STALLED)).isEqualTo(1);
        assertThat(loop.verbs()).containsExactly("rst");
        collected();
    }

    @Test
    void everyMessagePutsTheDeadlineOffAndTheTimerIsMovedOnlyWhenItFires() {
        protocol.deadline = loop.now() + SECOND.toNanos();
        open();
        for (int i = 0; i < 100; i++) {
            loop.pass(Duration.ofMillis(100));
            protocol.deadline = loop.now() + SECOND.toNanos();
            loop.receive("b");
        }
        assertThat(loop.counted(Counter.EXPIRED)).isZero();
        assertThat(loop.resources().timers().size()).isEqualTo(1);
        loop.pass(SECOND.plusMillis(100));
        assertThat(loop.counted(Counter.EXPIRED)).isEqualTo(1);
    }

    @Test
    void whoExpiresIsToldAndThenClosed() {
        protocol.deadline = loop.now() + SECOND.toNanos();
        protocol.farewell = "too late";
        open();
        loop.pass(SECOND.multipliedBy(2));
        assertThat(loop.verbs()).containsExactly("send 8", "pause");
        connection.sent(8);
        assertThat(loop.verbs()).containsExactly("fin", "receive");
        connection.inputEnded();
        assertThat(loop.verbs()).containsExactly("close");
        collected();
    }

    @Test
    void anAnswerThatIsWaitedForHasNoDeadline() {
        protocol.deadline = loop.now();
        protocol.waiting = true;
        connection.opened();
        loop.pass(Duration.ofDays(1));
        assertThat(loop.counted(Counter.EXPIRED)).isZero();
    }

    @Test
    void afterTheLastAnswerThePeerMaySendALittleMoreForALittleWhile() {
        open();
        protocol.due = 10;
        connection.closeWhenSent();
        connection.resume();
        connection.sent(10);
        assertThat(loop.verbs()).endsWith("fin", "receive");
        for (int i = 0; i < 64; i++) {
            loop.receive("x".repeat(Block.RECEIVE_SIZE));
        }
        assertThat(loop.verbs()).isEmpty();
        assertThat(held()).isZero();
        loop.pass(ManualLoop.LINGER.minus(SECOND));
        assertThat(loop.verbs()).isEmpty();
        loop.pass(SECOND.multipliedBy(2));
        assertThat(loop.verbs()).containsExactly("close");
        collected();
    }

    @Test
    void butNotWithoutEnd() {
        open();
        connection.closeWhenSent();
        connection.resume();
        loop.verbs();
        for (int i = 0; i < 65; i++) {
            loop.receive("x".repeat(Block.RECEIVE_SIZE));
        }
        assertThat(loop.verbs()).containsExactly("close");
    }

    @Test
    void afterTheEndNothingThatCompletesCounts() {
        open();
        loop.receive("aw");
        connection.abort(Counter.FAILED);
        int calls = protocol.calls.size();
        loop.verbs();
        connection.sent(10);
        loop.receive("a");
        connection.inputEnded();
        connection.readable();
        connection.failed(-Errno.EIO);
        connection.abort(Counter.STALLED);
        connection.resume();
        connection.drain();
        connection.opened();
        connection.failedToOpen(-Errno.EIO);
        loop.pass(Duration.ofDays(1));
        assertThat(protocol.calls).hasSize(calls);
        assertThat(loop.verbs()).isEmpty();
        assertThat(loop.counted(Counter.STALLED)).isZero();
        collected();
    }

    @Test
    void buffersAreHeldUntilWhatIsOutstandingHasComeBack() {
        open();
        loop.receive("wa");
        protocol.due = 10;
        connection.resume();
        assertThat(held()).isEqualTo(2);
        connection.failed(-Errno.ECONNRESET);
        assertThat(loop.verbs()).endsWith("rst");
        assertThat(held()).isEqualTo(2);
        assertThat(loop.counted(Counter.PEER_GONE)).isEqualTo(1);
        collected();
    }

    /** With a protocol of many messages, which can tell its peer of one. */
    @Test
    void aFileThatChangedTearsOnlyItsMessageIfThePeerIsTold() {
        TestSource changed = new TestSource(false);
        protocol.message = "a message";
        protocol.regions.add(changed);
        openBusy();
        loop.verbs();
        connection.sent(400);
        connection.sent(IoResult.FILE_CHANGED);
        assertThat(protocol.calls).containsOnlyOnce("torn a message");
        assertThat(changed.released).isTrue();
        assertThat(loop.verbs()).as("zeros instead").containsExactly("send 600", "send 600");
        connection.sent(600);
        assertThat(loop.counted(Counter.FILE_CHANGED)).isEqualTo(1);
        assertThat(loop.counted(Counter.BYTES_FROM_MEMORY)).isEqualTo(600);
    }

    @Test
    void aFileThatChangedBeforeItsEndTearsTheConnection() {
        TestSource whole = new TestSource(true);
        TestSource changed = new TestSource(false);
        protocol.regions.add(whole);
        protocol.regions.add(changed);
        openBusy();
        connection.sent(1000);
        connection.sent(1000);
        assertThat(changed.released).isTrue();
        assertThat(loop.verbs()).endsWith("rst");
        assertThat(loop.counted(Counter.FILE_CHANGED)).isEqualTo(1);
        collected();
        assertThat(whole.released).as("it was watched until the end").isTrue();
    }

    @Test
    void regionsThatNeverLeaveAreReleased() {
        TestSource region = new TestSource(true);
        protocol.regions.add(region);
        openBusy();
        connection.abort(Counter.FAILED);
        assertThat(region.released).isFalse();
        collected();
        assertThat(region.released).isTrue();
    }

    private void openBusy() {
        connection.opened();
        assertThat(loop.verbs()).last().isEqualTo("pause");
    }

    @Test
    void whoFindsNoQueueIsShed() {
        open();
        loop.resources().queues().take();
        loop.receive("a");
        assertThat(loop.verbs()).containsExactly("rst");
        assertThat(loop.counted(Counter.BUFFERS_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void anErrorOfOursIsLogged() {
        open();
        connection.failed(-Errno.EIO);
        assertThat(loop.counted(Counter.FAILED)).isEqualTo(1);
        assertThat(Logs.take()).singleElement().asString().contains("connection reset: EIO");
        collected();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "opened",
                "received",
                "produce",
                "inputDeadline",
                "expired",
                "drain",
                "receivedInto",
                "failedToOpen",
                "closed"
            })
    void whateverAProtocolThrowsItsConnectionIsTornOnce(String method) {
        protocol.throwsIn = method;
        protocol.deadline = loop.now() + SECOND.toNanos();
        connection.opened();
        if (method.equals("failedToOpen")) {
            connection.failedToOpen(-Errno.ECONNREFUSED);
        }
        loop.receive("a");
        connection.sent(10);
        if (method.equals("receivedInto")) {
            loop.way = ReceiveMode.TRANSFER_FROM;
            connection.receiveInto(new FileSink(Kernel.LINUX, -1), 100);
            connection.readable();
        }
        if (method.equals("drain")) {
            connection.drain();
        }
        loop.pass(SECOND.multipliedBy(2));
        loop.pass(SECOND.multipliedBy(20));
        assertThat(loop.verbs()).containsOnlyOnce(method.equals("closed") ? "close" : "rst");
        collected();
        assertThat(Logs.take()).singleElement().asString().contains(method + " failed");
    }

    private static final class TestSource implements FileSource {
        private final boolean whole;
        private boolean released;

        TestSource(boolean whole) {
            this.whole = whole;
        }

        @Override
        public OpenFile file() {
            throw new IllegalStateException("not read here");
        }

        @Override
        public boolean unchanged() {
            return whole;
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
