package sluice.io.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sluice.io.Block;
import sluice.io.IoResult;
import sluice.io.Socket;
import sluice.io.TlsTrust;
import sluice.linux.Errno;
import sluice.linux.TlsSession;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** Sessions of the JDK over sockets that are full, empty or broken when the test wants it. */
class JdkSessionTest {
    private static final byte[] CONTENT = new byte[100_000];

    static {
        new Random(7).nextBytes(CONTENT);
    }

    private final End here = new End();
    private final End there = new End();
    private final Block block = new Block(Arena.ofAuto(), CONTENT.length);
    private Session server;
    private Session client;

    /** One end of a connection in memory. */
    private static final class End implements Socket {
        private final ArrayDeque<Byte> arrived = new ArrayDeque<>();
        private @Nullable End other;
        private int room = Integer.MAX_VALUE;
        private boolean over;

        @Override
        public long receive(Block block, int from, int to) {
            int at = from;
            while (at < to && !arrived.isEmpty()) {
                block.segment().set(ValueLayout.JAVA_BYTE, at++, arrived.remove());
            }
            return at > from ? at - from : over ? 0 : IoResult.AGAIN;
        }

        @Override
        public long send(Block block, int from, int to, boolean more) {
            int length = Math.min(room, to - from);
            for (int i = 0; i < length; i++) {
                Objects.requireNonNull(other)
                        .arrived
                        .add(block.segment().get(ValueLayout.JAVA_BYTE, from + i));
            }
            room -= length;
            return length == 0 ? IoResult.AGAIN : length;
        }

        @Override
        public int descriptor() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SelectableChannel channel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long peek(Block scratch) {
            return 1;
        }

        @Override
        public long connect(InetSocketAddress address) {
            return 0;
        }

        @Override
        public long finishConnect() {
            return 0;
        }

        @Override
        public @Nullable InetSocketAddress peer() {
            return null;
        }

        @Override
        public void shutdownInput() {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void begin() throws IOException {
        here.other = there;
        there.other = here;
        LoadedCertificate certificate = SelfSigned.certificate(Set.of("localhost"), Instant.now());
        List<String> protocols = List.of("http/1.1");
        server = Objects.requireNonNull(
                JdkSessions.of(protocols, List.of(certificate), null).accept(here));
        client = JdkClient.of(TlsTrust.EVERYONE, protocols).connect(there, "localhost");
    }

    private void shakeHands() {
        long ours;
        long theirs;
        do {
            theirs = client.handshake();
            ours = server.handshake();
        } while (theirs == TlsSession.WANT_READ || ours == TlsSession.WANT_READ);
        assertThat(theirs).isZero();
        assertThat(ours).isZero();
    }

    private byte[] read(Session from) {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        Block into = new Block(Arena.ofAuto());
        long read = from.read(into, 0, Block.RECEIVE_SIZE);
        while (read > 0) {
            got.writeBytes(into.segment().asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
            read = from.read(into, 0, Block.RECEIVE_SIZE);
        }
        assertThat(read).isEqualTo(TlsSession.WANT_READ);
        return got.toByteArray();
    }

    private void fill() {
        MemorySegment.copy(CONTENT, 0, block.segment(), ValueLayout.JAVA_BYTE, 0, CONTENT.length);
    }

    @Test
    void bothSidesAgreeOnAProtocolAndExchangeRecords() {
        shakeHands();
        assertThat(server.agreed()).isEqualTo("http/1.1");
        fill();
        for (int at = 0; at < CONTENT.length; at += 10_000) {
            assertThat(server.write(block, at, 10_000)).isEqualTo(10_000);
        }
        assertThat(read(client)).isEqualTo(CONTENT);
        assertThat(client.hasPending()).isFalse();
    }

    @Test
    void aRecordThatWaitsIsNotReadFromTheBlockAgain() {
        shakeHands();
        fill();
        here.room = 1_000;
        assertThat(server.write(block, 0, 16_000)).isEqualTo(TlsSession.WANT_WRITE);
        block.segment().fill((byte) 0);
        here.room = 1_000;
        assertThat(server.write(block, 0, 16_000)).isEqualTo(TlsSession.WANT_WRITE);
        here.room = Integer.MAX_VALUE;
        assertThat(server.write(block, 0, 16_000)).isEqualTo(16_000);
        assertThat(read(client)).isEqualTo(Arrays.copyOf(CONTENT, 16_000));
    }

    @Test
    void closeNotifyWaitsForRoomAndEndsTheStream() {
        shakeHands();
        read(client);
        here.room = 0;
        assertThat(server.closeNotify()).isEqualTo(TlsSession.WANT_WRITE);
        assertThat(client.read(block, 0, 100)).isEqualTo(TlsSession.WANT_READ);
        here.room = Integer.MAX_VALUE;
        assertThat(server.closeNotify()).isZero();
        assertThat(client.read(block, 0, 100)).isZero();
    }

    @Test
    void aStreamWithoutCloseNotifyEndsForAServerAndIsBrokenForAClient() {
        shakeHands();
        read(client);
        here.over = true;
        there.over = true;
        assertThat(server.read(block, 0, 100)).isZero();
        assertThat(client.read(block, 0, 100)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void whatIsNoTlsEndsTheHandshake() {
        fill();
        there.send(block, 0, 100, false);
        assertThat(server.handshake()).isEqualTo(-Errno.EPROTO);
        assertThat(server.closeNotify()).isZero();
        server.free();
        server.free();
    }
}
