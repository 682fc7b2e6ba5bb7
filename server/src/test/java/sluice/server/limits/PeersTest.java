package sluice.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import sluice.io.Protocol;
import sluice.server.PeerLimits;

import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What one client may take, on a clock of the test. */
final class PeersTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final InetAddress client = InetAddress.ofLiteral("192.0.2.1");
    private final InetAddress other = InetAddress.ofLiteral("192.0.2.2");

    private Peers peers(int connections, int requests) {
        return new Peers(new PeerLimits(connections, requests), clock::get);
    }

    @Test
    void aClientMayHaveSoManyConnectionsAndAnotherAsMany() {
        Peers peers = peers(2, 0);
        assertThat(peers.enter(client)).isTrue();
        assertThat(peers.enter(client)).isTrue();
        assertThat(peers.enter(client)).isFalse();
        assertThat(peers.enter(other)).isTrue();
        peers.leave(client);
        assertThat(peers.enter(client)).isTrue();
        assertThat(peers.enter(client)).isFalse();
    }

    @Test
    void whoHasLeftIsForgottenWhenItsBurstIsWholeAgain() {
        Peers peers = peers(0, 1);
        peers.enter(client);
        peers.leave(client);
        assertThat(peers.size()).isZero();
        peers.enter(client);
        peers.ask(client);
        peers.leave(client);
        assertThat(peers.size()).isEqualTo(1);
        clock.addAndGet(SECOND);
        peers.enter(client);
        peers.leave(client);
        assertThat(peers.size()).isZero();
    }

    /** A nanoTime may pass its largest value. */
    @Test
    void aSecondsRequestsMayComeAtOnceAndThenOneAtATime() {
        Peers peers = peers(0, 4);
        peers.enter(client);
        for (int i = 0; i < 4; i++) {
            assertThat(peers.ask(client)).isZero();
        }
        assertThat(peers.ask(client)).isEqualTo(1);
        clock.addAndGet(SECOND / 4);
        assertThat(peers.ask(client)).isZero();
        assertThat(peers.ask(client)).isEqualTo(1);
        clock.addAndGet(10 * SECOND);
        for (int i = 0; i < 4; i++) {
            assertThat(peers.ask(client)).isZero();
        }
        assertThat(peers.ask(client)).isEqualTo(1);
    }

    @Test
    void aNewConnectionBringsNoNewRequests() {
        Peers peers = peers(0, 1);
        peers.enter(client);
        assertThat(peers.ask(client)).isZero();
        peers.leave(client);
        peers.enter(client);
        assertThat(peers.ask(client)).isEqualTo(1);
    }

    @Test
    void aNetworkOfIpv6IsOneClient() {
        InetAddress one = InetAddress.ofLiteral("2001:db8:0:1::1");
        InetAddress two = InetAddress.ofLiteral("2001:db8:0:1:ffff::2");
        InetAddress elsewhere = InetAddress.ofLiteral("2001:db8:0:2::1");
        assertThat(Peers.key(one)).isEqualTo(Peers.key(two)).isNotEqualTo(Peers.key(elsewhere));
        assertThat(Peers.key(client)).isEqualTo(client);
    }

    @Test
    void thereIsABoundForWhatIsRemembered() {
        Peers peers = peers(1, 1);
        for (int i = 0; i < Peers.REMEMBERED_MAX + 10; i++) {
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            InetAddress one = address(address);
            assertThat(peers.enter(one)).isTrue();
        }
        assertThat(peers.size()).isEqualTo(Peers.REMEMBERED_MAX);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void boundsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new PeerLimits(-1, 0)).hasMessageContaining("0 is no bound");
        assertThatThrownBy(() -> new PeerLimits(0, PeerLimits.REQUESTS_MAX + 1))
                .hasMessageContaining("requests per second");
    }

    /** A method that is left out would have its default, and not what the protocol does. */
    @Test
    void aGuardedProtocolHasEveryMethodOfAProtocol() {
        assertThat(Arrays.stream(GuardedProtocol.class.getDeclaredMethods()).map(Method::getName))
                .containsAll(Arrays.stream(Protocol.class.getDeclaredMethods())
                        .map(Method::getName)
                        .toList());
    }
}
