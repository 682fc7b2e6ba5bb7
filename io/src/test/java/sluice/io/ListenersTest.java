package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;

/** Several addresses, each with a service of its own, on the same loops. */
class ListenersTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY = new InetSocketAddress(LOOPBACK, 0);
    private static final int ROUNDS = 3;

    private final LineService first = new LineService().greeting("first\n");
    private final LineService second = new LineService().greeting("second\n");

    private Reactors start(Setup setup, Listen... listeners) throws IOException {
        String refusal = setup.refusal();
        assumeTrue(refusal == null, refusal);
        Machinery machinery = Machinery.defaults()
                .withCell(setup.cell())
                .withReactor(setup.reactor())
                .withLoops(2);
        return Reactors.start(machinery, TestServer.LIMITS, List.of(listeners));
    }

    private static void expect(SocketAddress address, String greeting) throws IOException {
        try (Client client = Client.connect(address)) {
            assertThat(client.line()).isEqualTo(greeting);
            assertThat(client.send("echo heard\n").line()).isEqualTo("heard");
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.io.testing.Setup#matrix")
    void aConnectionHasTheServiceOfTheListenerItCameTo(Setup setup) throws IOException {
        try (Reactors reactors = start(
                setup, new Listen(ANY, first), new Listen(ANY, second), new Listen(ANY, first))) {
            List<SocketAddress> addresses = reactors.addresses();
            assertThat(new HashSet<>(addresses)).hasSize(3);
            assertThat(reactors.address()).isEqualTo(addresses.getFirst());
            for (int i = 0; i < ROUNDS; i++) {
                expect(addresses.get(0), "first");
                expect(addresses.get(1), "second");
                expect(addresses.get(2), "first");
            }
            assertThat(first.loops()).as("a loop asks a service once").doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @MethodSource("sluice.io.testing.Setup#models")
    void whenOneAddressIsTakenNoneIsKept(Setup setup) throws IOException {
        int free;
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
                free = probe.getLocalPort();
            }
            Listen open = new Listen(new InetSocketAddress(LOOPBACK, free), first);
            Listen refused =
                    new Listen(new InetSocketAddress(LOOPBACK, taken.getLocalPort()), second);
            assertThatThrownBy(() -> start(setup, open, refused))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
            new ServerSocket(free, 1, LOOPBACK).close();
        }
    }

    @Test
    void whoeverListensNowhereIsRefused() {
        assertThatThrownBy(() -> Reactors.start(Machinery.defaults(), Limits.defaults(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no address to listen on: give at least one");
    }

    @Test
    void anAddressIsKnownAndItsPortANumberOf16Bits() {
        assertThatThrownBy(() -> new Listen(Listen.address("no.such.host.invalid", 80), first))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no address is known for host no.such.host.invalid");
        assertThatThrownBy(() -> Listen.address("127.0.0.1", 70_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port must be between 0 and 65535, not 70000");
    }
}
