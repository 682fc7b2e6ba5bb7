package sluice.io.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Block;
import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What a close of a descriptor sends. */
@ExtendWith(Watched.class)
class RawSocketTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private void closeWithAByteUnread(boolean discards) throws IOException {
        Listener listener = RawListener.open(ANY, false, Kernel.LINUX);
        try (Client client = Client.connect(listener.address());
                Arena arena = Arena.ofConfined()) {
            Block scratch = new Block(arena);
            client.send("x");
            RawSocket accepted = (RawSocket) listener.accept().socket();
            assertThat(accepted).isNotNull();
            Await.until("the byte is there", () -> accepted.peek(scratch) == 1);
            if (discards) {
                accepted.discardReceived();
            }
            accepted.close();
            if (discards) {
                client.assertEnded();
            } else {
                client.assertTorn();
            }
        } finally {
            listener.close();
        }
    }

    @Test
    void unreadBytesMakeResetOfAClose() throws IOException {
        closeWithAByteUnread(false);
    }

    @Test
    void bytesThatWereDiscardedDoNot() throws IOException {
        closeWithAByteUnread(true);
    }

    @Test
    void discardingDoesNotWait() throws IOException {
        Listener listener = RawListener.open(ANY, false, Kernel.LINUX);
        try (Client client = Client.connect(listener.address())) {
            RawSocket accepted = (RawSocket) listener.accept().socket();
            assertThat(accepted).isNotNull();
            accepted.discardReceived();
            accepted.close();
            client.assertEnded();
        } finally {
            listener.close();
        }
    }
}
