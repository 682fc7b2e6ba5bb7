package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Sends whose memory the kernel reads until it gives notice. */
class UringSendTest {
    private static final int LENGTH = 100_000;
    private static final long NAME = 42;

    @BeforeAll
    static void needsTheOperation() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        var feature = Probe.of(Probe.IO_URING_SEND_ZC);
        assumeTrue(feature.available(), feature.detail());
    }

    /** To a peer on this machine the kernel copies. */
    @Test
    void aSendHasAResultAndThenANoticeThatTellsOfTheCopy() throws Exception {
        try (var arena = Arena.ofConfined();
                var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var ring = Uring.open(4, 8, true, arena);
            var bytes = arena.allocate(LENGTH);
            bytes.fill((byte) 'x');
            int fd = SocketCalls.socket(SocketCalls.AF_INET, SocketCalls.SOCK_STREAM, 0);
            try {
                assertThat(ring.enable()).isZero();
                var address = (InetSocketAddress) server.getLocalSocketAddress();
                assertThat(SocketCalls.connect(fd, address)).isZero();
                ring.sendZeroCopy(fd, bytes.address(), LENGTH, SocketCalls.MSG_NOSIGNAL, NAME);
                try (var peer = server.accept()) {
                    assertThat(ring.await(Uring.FOREVER)).isPositive();
                    assertThat(ring.name()).isEqualTo(NAME);
                    int sent = ring.result();
                    assertThat(sent).isPositive();
                    assertThat(Uring.isNotice(ring.flags())).isFalse();
                    assertThat(Uring.isLast(ring.flags()))
                            .as("a notice follows")
                            .isFalse();
                    ring.advance();
                    assertThat(peer.getInputStream().readNBytes(sent))
                            .hasSize(sent)
                            .containsOnly('x');
                    assertThat(ring.await(Uring.FOREVER)).isPositive();
                    assertThat(ring.name()).isEqualTo(NAME);
                    assertThat(Uring.isNotice(ring.flags())).isTrue();
                    assertThat(Uring.isLast(ring.flags())).isTrue();
                    assertThat(Uring.copied(ring.result())).isTrue();
                    ring.advance();
                }
            } finally {
                FileCalls.close(fd);
                ring.close();
            }
        }
    }

    @Test
    void anOperationThatTheKernelDoesNotKnowIsNotTried() throws Exception {
        try (var arena = Arena.ofConfined()) {
            var ring = Uring.open(2, 2, false, arena);
            try {
                assertThat(ring.enable()).isZero();
                assertThat(UringProbes.sendsZeroCopy(ring, arena)).isZero();
                assertThat(UringProbes.knows(ring, UringCalls.IORING_OP_SEND, arena))
                        .isTrue();
                assertThat(UringProbes.knows(ring, 255, arena)).isFalse();
                assertThat(ring.results()).as("none is left over").isZero();
            } finally {
                ring.close();
            }
        }
    }
}
