package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import sluice.io.testing.Rehearsal;

import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A service behind proxies, on a connection without a socket, whose peer so has no address. */
final class ProxiedServiceTest {
    private static final AddressSet NOBODYS = AddressSet.of(List.of(AddressSet.UNIX));
    private static final String LINE = "PROXY TCP4 192.0.2.7 192.0.2.8 9 80\r\n";
    private static final Duration A_LITTLE = Duration.ofSeconds(1);

    /** What the protocol of the service has seen. */
    private final List<String> seen = new ArrayList<>();

    /** Takes everything and says nothing. */
    private final class Listener implements Protocol {
        @Override
        public void opened(Connection connection) {
            InetSocketAddress peer = connection.peer();
            seen.add("opened by " + (peer == null ? "nobody" : AddressText.of(peer)));
        }

        @Override
        public int received(Block bytes, int from, int to) {
            byte[] octets = new byte[to - from];
            bytes.buffer(from, to).get(octets);
            seen.add(new String(octets, ISO_8859_1));
            return to - from;
        }

        @Override
        public void produce(SendQueue queue) {}

        @Override
        public boolean hasOutput() {
            return false;
        }

        @Override
        public boolean wantsInput() {
            return true;
        }

        @Override
        public long inputDeadline() {
            return Timers.NEVER;
        }

        @Override
        public void closed() {
            seen.add("closed");
        }
    }

    private Rehearsal connect(AddressSet proxies) {
        return new Rehearsal(ProxiedService.of(_ -> Listener::new, proxies));
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void theProtocolSpeaksWhenTheHeadHasBeenReadAndSeesWhatFollows() {
        try (Rehearsal connection = connect(NOBODYS)) {
            connection.receive(octets(LINE.substring(0, LINE.length() - 1)));
            assertThat(seen).isEmpty();
            connection.receive(octets("\nhello"));
            assertThat(seen).containsExactly("opened by 192.0.2.7:9", "hello");
        }
        assertThat(seen).last().isEqualTo("closed");
    }

    @Test
    void ofWhoIsNoProxyEverythingIsForTheProtocol() {
        try (Rehearsal connection = connect(AddressSet.of(List.of("192.0.2.8")))) {
            connection.receive(octets(LINE));
            assertThat(seen).containsExactly("opened by nobody", LINE);
        }
    }

    @Test
    void aProxyThatSaysNothingIsNotWaitedForLong() {
        try (Rehearsal connection = connect(NOBODYS)) {
            connection.receive(octets("P"));
            connection.pass(Limits.HANDSHAKE.minus(A_LITTLE));
            assertThat(connection.count(Counter.EXPIRED)).isZero();
            connection.pass(A_LITTLE.multipliedBy(2));
            assertThat(connection.count(Counter.EXPIRED)).isEqualTo(1);
            assertThat(connection.hasEnded()).isTrue();
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void aProxyThatSaysSomethingElseIsReset() {
        try (Rehearsal connection = connect(NOBODYS)) {
            connection.receive(octets("GET / HTTP/1.1\r\n"));
            assertThat(connection.isTorn()).isTrue();
            assertThat(connection.count(Counter.FAILED_TO_OPEN)).isEqualTo(1);
        }
    }

    @Test
    void aDrainClosesAConnectionThatHasSaidNothing() {
        try (Rehearsal connection = connect(NOBODYS)) {
            connection.drain();
            assertThat(connection.hasEnded()).isTrue();
        }
    }

    /** A method that is left out would have its default, and not what the protocol does. */
    @Test
    void everyMethodOfAProtocolIsPassedOn() {
        assertThat(names(ProxiedService.Proxied.class)).containsAll(names(Protocol.class));
    }

    private static List<String> names(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods()).map(Method::getName).toList();
    }
}
