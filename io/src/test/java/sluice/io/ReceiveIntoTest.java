package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.testing.ManualLoop;
import sluice.io.testing.ScriptedProtocol;
import sluice.linux.Kernel;

/** When a connection has bytes go into a file, and when not. */
class ReceiveIntoTest {
    private final ScriptedProtocol protocol = new ScriptedProtocol();
    private final ManualLoop loop = new ManualLoop(() -> protocol, 1);
    private final Connection connection = loop.connection();
    private final FileSink sink = new FileSink(Kernel.LINUX, -1);

    private void open() {
        connection.opened();
        assertThat(loop.verbs()).isEmpty();
    }

    private boolean receiveInto() {
        loop.way = ReceiveMode.TRANSFER_FROM;
        return connection.receiveInto(sink, 100);
    }

    @Test
    void bytesForAFileStayInTheSocketUntilTheyAreCollected() {
        open();
        assertThat(receiveInto()).isTrue();
        assertThat(loop.verbs()).containsExactly("pause", "await readable");
        connection.resume();
        assertThat(loop.verbs()).containsExactly("await readable");
        connection.readable();
        assertThat(protocol.calls).contains("receivedInto");
        assertThat(loop.verbs()).containsExactly("receive");
        connection.readable();
        assertThat(protocol.calls).containsOnlyOnce("receivedInto");
    }

    /** The other half of the file may be at work. */
    @Test
    void whileNoInputIsWantedNothingIsCollected() {
        open();
        receiveInto();
        protocol.waiting = true;
        loop.verbs();
        connection.readable();
        assertThat(protocol.calls).doesNotContain("receivedInto");
        assertThat(loop.verbs()).isEmpty();
        protocol.waiting = false;
        connection.resume();
        assertThat(loop.verbs()).containsExactly("await readable");
        connection.readable();
        assertThat(protocol.calls).contains("receivedInto");
    }

    @Test
    void whatCameBeforeIsTakenBeforeAnythingIsCollected() {
        open();
        loop.receive("?");
        receiveInto();
        connection.readable();
        assertThat(protocol.calls).doesNotContain("receivedInto");
        assertThat(loop.verbs()).containsExactly("pause", "await readable", "receive");
    }

    @Test
    void aSinkThatHasEndedCollectsNothing() {
        open();
        receiveInto();
        sink.end();
        connection.readable();
        assertThat(protocol.calls).doesNotContain("receivedInto");
        assertThat(loop.verbs()).containsExactly("pause", "await readable", "receive");
        assertThat(receiveInto()).isFalse();
    }

    @Test
    void whereBytesMustPassBuffersTheyAreReceived() {
        open();
        assertThat(connection.receiveInto(sink, 100)).isFalse();
        assertThat(loop.verbs()).isEmpty();
    }
}
