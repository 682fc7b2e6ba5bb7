package sluice.io.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sluice.io.InheritedSockets;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/** A listening socket as a descriptor. */
final class RawListenerTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int PACE = 1 << 20;

    @BeforeEach
    void needsLinux() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
    }

    private static RawListener open(SocketAddress at) throws IOException {
        return RawListener.open(at, false, Kernel.LINUX);
    }

    private static Socket connect(Listener to) throws IOException {
        return SocketChannel.open(to.address()).socket();
    }

    /** A socket as a service manager makes one. */
    private static int listening() {
        int made = SocketCalls.socket(SocketCalls.AF_INET, SocketCalls.SOCK_STREAM, 0);
        assertThat(SocketCalls.bind(made, ANY)).isZero();
        assertThat(SocketCalls.listen(made, 1)).isZero();
        return made;
    }

    @Test
    void acceptedSocketsInheritThePace() throws IOException {
        RawListener listener = open(ANY);
        try {
            listener.pace(PACE);
            try (Socket _ = connect(listener)) {
                sluice.io.Socket accepted =
                        Objects.requireNonNull(listener.accept().socket());
                int pace = SocketCalls.getOption(
                        accepted.descriptor(),
                        SocketCalls.SOL_SOCKET,
                        SocketCalls.SO_MAX_PACING_RATE);
                accepted.close();
                assertThat(pace).isEqualTo(PACE);
            }
        } finally {
            listener.close();
        }
    }

    @Test
    void anInheritedSocketIsTakenOnceByWhoListensOnItsAddress() throws IOException {
        int made = listening();
        SocketAddress address = InheritedSockets.offer(made);
        RawListener listener = open(address);
        assertThat(listener.descriptor()).isEqualTo(made);
        try (Socket _ = connect(listener)) {
            sluice.io.Socket accepted = Objects.requireNonNull(listener.accept().socket());
            accepted.close();
        }
        assertThat(InheritedSockets.take(address)).isNegative();
        listener.close();
    }

    /** The other process has another descriptor of the same socket, here a duplicate. */
    @Test
    void anInheritedSocketGoesOnListeningForTheOtherProcess() throws IOException {
        int made = listening();
        int theirs = FileCalls.fcntl(made, FileCalls.F_DUPFD_CLOEXEC, 0);
        RawListener listener = open(InheritedSockets.offer(made));
        InetSocketAddress address = (InetSocketAddress) listener.address();
        listener.refuse();
        listener.close();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            assertThat(socket.isConnected()).isTrue();
        }
        FileCalls.close(theirs);
    }

    @Test
    void aModelThatWaitsInAcceptCannotTakeAnInheritedSocket() throws IOException {
        int made = listening();
        SocketAddress address = InheritedSockets.offer(made);
        assertThatThrownBy(() -> RawListener.open(address, true, Kernel.LINUX))
                .hasMessageContaining("another --model");
        FileCalls.close(made);
    }

    @Test
    void whatDoesNotListenIsRefused() {
        int made = SocketCalls.socket(SocketCalls.AF_INET, SocketCalls.SOCK_STREAM, 0);
        assertThatThrownBy(() -> InheritedSockets.offer(made))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no socket that listens");
        FileCalls.close(made);
    }
}
