package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.io.testing.XorLayer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * What a layer between connections and the network can do beside changing bytes: its handshake, and
 * the protocol that this chooses. The suites of loops and of the server run under layers, too.
 */
class LayerTest {
    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String WORDS =
            " sends bytes as they are in the file, and layer xor changes"
                    + " them; use --copy auto, direct or heap";

    /** Has a protocol for "l" and one, which greets, for all other letters. */
    private static final class TwoProtocols implements Service {
        private final LineService silent = new LineService();
        private final LineService polite = new LineService().greeting("welcome\n");
        private final List<String> chosen = new CopyOnWriteArrayList<>();

        @Override
        public Supplier<Protocol> on(EventLoop loop) {
            Supplier<Protocol> first = silent.on(loop);
            Supplier<Protocol> second = polite.on(loop);
            return new ProtocolChoice() {
                @Override
                public Protocol get() {
                    throw new IllegalStateException("nothing was agreed on");
                }

                @Override
                public Protocol get(String agreed) {
                    chosen.add(agreed);
                    return agreed.equals("l") ? first.get() : second.get();
                }
            };
        }
    }

    private static Reactors start(Setup setup, Service service, Limits limits) throws IOException {
        String refusal = setup.refusal();
        assumeTrue(refusal == null, refusal);
        Machinery machinery =
                Machinery.defaults().withCell(setup.cell()).withReactor(setup.reactor());
        Layer layer = Objects.requireNonNull(setup.layer());
        return Reactors.start(machinery, limits, List.of(new Listen(ANYWHERE, service)), layer);
    }

    @ParameterizedClass(name = "{0}")
    @MethodSource("sluice.io.testing.Setup#layered")
    @ExtendWith(Watched.class)
    record Handshakes(Setup setup) {
        private static void awaitClosed(Reactors server, int connections) {
            Await.until(
                    connections + " connections closed",
                    () -> server.count(Counter.CONNECTIONS_CLOSED) == connections);
        }

        /** Who comes without a greeting; asynchronous channels cannot reset. */
        private Client mute(Reactors server) throws IOException {
            boolean resets = setup.cell().model() != Model.ASYNC_CHANNEL;
            return Client.connect(server.address()).withoutResets(!resets);
        }

        @Test
        void theHandshakeChoosesTheProtocol() throws IOException {
            TwoProtocols service = new TwoProtocols();
            try (Reactors server = start(setup, service, TestServer.LIMITS);
                    Client silent = Client.connect(server.address()).underXor('l');
                    Client polite = Client.connect(server.address()).underXor('p')) {
                silent.send("memory 100000\necho hello\n").body(0, 100_000);
                assertThat(silent.line()).isEqualTo("hello");
                assertThat(polite.line()).isEqualTo("welcome");
                assertThat(service.chosen).containsExactlyInAnyOrder("l", "p");
            }
        }

        @Test
        void aClientThatEndsOrErrsInItsHandshakeNeverHasAProtocol() throws IOException {
            TwoProtocols service = new TwoProtocols();
            try (Reactors server = start(setup, service, TestServer.LIMITS)) {
                try (Client gone = mute(server)) {
                    gone.finish();
                    gone.assertTorn();
                }
                try (Client wrong = mute(server)) {
                    wrong.send("!");
                    wrong.assertTorn();
                }
                awaitClosed(server, 2);
                assertThat(server.count(Counter.PEER_GONE)).isEqualTo(1);
                assertThat(server.count(Counter.FAILED_TO_OPEN)).isEqualTo(1);
                assertThat(service.chosen).isEmpty();
            }
        }

        @Test
        void aHandshakeHasToEndInTime() throws IOException {
            Limits limits = new Limits(10, 64, TestServer.SHORT, TestServer.LONG);
            try (Reactors server = start(setup, new TwoProtocols(), limits);
                    Client late = mute(server)) {
                late.assertTorn();
                assertThat(server.count(Counter.EXPIRED)).isEqualTo(1);
            }
        }

        @Test
        void aDrainWaitsForNoHandshake() throws Exception {
            try (Reactors server = start(setup, new TwoProtocols(), TestServer.LIMITS);
                    Client client = mute(server)) {
                Await.until("it to be accepted", () -> server.connections() == 1);
                assertThat(server.drain(Duration.ofSeconds(20))).isTrue();
                client.assertEnded();
            }
        }
    }

    private static List<Listen> lines() {
        return List.of(new Listen(ANYWHERE, new LineService()));
    }

    @ParameterizedTest
    @EnumSource
    void everyCopyPathIsUnderALayerOrRefusedWithItsReason(Model model) throws IOException {
        XorLayer layer = XorLayer.over(model);
        for (CopyMode copy : CopyMode.values()) {
            Machinery machinery = Machinery.defaults().withCell(new Cell(model, copy));
            if (machinery.withReactor(Reactor.SINGLE).refusal() != null) {
                continue;
            }
            Machinery one = machinery.withReactor(Reactor.SINGLE);
            switch (copy) {
                case AUTO, DIRECT, HEAP -> {
                    try (Reactors server = Reactors.start(one, TestServer.LIMITS, lines(), layer);
                            Client client = Client.connect(server.address()).underXor('l')) {
                        client.send("memory 10\n").body(0, 10);
                        CopyMode effective = copy == CopyMode.AUTO ? CopyMode.DIRECT : copy;
                        assertThat(server.description())
                                .contains("copy " + effective.label() + ", layer " + layer.label());
                    }
                }
                default ->
                    assertThatIllegalArgumentException()
                            .isThrownBy(
                                    () -> Reactors.start(one, TestServer.LIMITS, lines(), layer))
                            .withMessage("copy path " + copy.label() + WORDS);
            }
        }
    }

    @Test
    void aLayerOfSomebodyElsesIsRefused() {
        Layer foreign = new Layer() {
            @Override
            public String label() {
                return "foreign";
            }

            @Override
            public @Nullable String refusal(Machinery asked) {
                return asked.loopCount() == 1 ? "not over one loop" : null;
            }

            @Override
            public Machinery under(Machinery asked) {
                return asked;
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reactors.start(
                        Machinery.defaults().withLoops(2), TestServer.LIMITS, lines(), foreign))
                .withMessage("layer foreign is not of this module");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reactors.start(
                        Machinery.defaults().withLoops(1), TestServer.LIMITS, lines(), foreign))
                .withMessage("not over one loop");
    }
}
