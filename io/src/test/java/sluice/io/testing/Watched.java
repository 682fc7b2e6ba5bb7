package sluice.io.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

import sluice.io.async.ChannelListener;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** After each test as many descriptors are open as before, and nothing unexpected was logged. */
public final class Watched implements TestInstancePreConstructCallback, AfterEachCallback {
    static {
        openWhatTheJdkKeepsOpen();
    }

    private Map<String, Integer> before = Map.of();

    /**
     * The first close of a blocking channel makes a pair of sockets that java.nio keeps, and the
     * first asynchronous channel a group.
     */
    private static void openWhatTheJdkKeepsOpen() {
        try {
            ChannelListener.socket().close();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            try (SocketChannel client = SocketChannel.open(listener.getLocalAddress())) {
                assertThat(client.isConnected()).isTrue();
            }
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public void preConstructTestInstance(
            TestInstanceFactoryContext factory, ExtensionContext context) {
        assertThat(Logs.take()).as("logged before").isEmpty();
        before = Descriptors.open();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(Logs.take()).as("logged").isEmpty();
        try {
            Await.until("descriptors as before", () -> Descriptors.open().equals(before));
        } catch (AssertionError e) {
            assertThat(Descriptors.open()).isEqualTo(before);
        }
    }
}
