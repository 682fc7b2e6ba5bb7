package sluice.io;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * A service behind proxies that speak the PROXY protocol. A connection of one of them must begin
 * with a {@link ProxyHead}, and its {@link Connection#peer} is then the proxy's client; of all
 * others no head is read. Not over TLS, where {@link Tls} reads the head before the handshake.
 */
public record ProxiedService(Service service, AddressSet proxies) implements Service {
    /** The same service if there are no proxies. */
    public static Service of(Service service, AddressSet proxies) {
        return proxies.isEmpty() ? service : new ProxiedService(service, proxies);
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        Supplier<Protocol> protocols = service.on(loop);
        return () -> new Proxied(protocols, proxies);
    }

    @Override
    public List<String> protocols() {
        return service.protocols();
    }

    @Override
    public boolean wantsPeers() {
        return true;
    }

    /** Reads the head, and then lets the protocol of the service speak. */
    static final class Proxied implements Protocol {
        private final Supplier<Protocol> protocols;
        private final AddressSet proxies;
        private final ProxyHead head = new ProxyHead();
        private @Nullable Connection connection;
        private long deadline;
        /** The protocol of the service; null before the head has been read. */
        private @Nullable Protocol chosen;

        private boolean refused;

        Proxied(Supplier<Protocol> protocols, AddressSet proxies) {
            this.protocols = protocols;
            this.proxies = proxies;
        }

        @Override
        public void opened(Connection opened) {
            connection = opened;
            if (proxies.contains(opened.peer())) {
                deadline = opened.loop().now() + Limits.HANDSHAKE.toNanos();
            } else {
                speak(opened);
            }
        }

        private void speak(Connection opened) {
            Protocol protocol = protocols.get();
            chosen = protocol;
            protocol.opened(opened);
        }

        @Override
        public int received(Block bytes, int from, int to) {
            if (chosen != null) {
                return chosen.received(bytes, from, to);
            }
            int length = head.parse(bytes.segment(), from, to);
            if (length > 0 && connection != null) {
                InetSocketAddress source = head.source();
                if (source != null) {
                    connection.peerIs(source);
                }
                speak(connection);
                return length;
            }
            if (length == ProxyHead.INVALID && connection != null) {
                refused = true;
                connection.abort(Counter.FAILED_TO_OPEN);
                return to - from;
            }
            return 0;
        }

        @Override
        public void receivedInto(FileSink sink) {
            if (chosen != null) {
                chosen.receivedInto(sink);
            }
        }

        @Override
        public void produce(SendQueue queue) {
            if (chosen != null) {
                chosen.produce(queue);
            }
        }

        @Override
        public @Nullable TransferMeter meter() {
            return chosen == null ? null : chosen.meter();
        }

        @Override
        public void sent() {
            if (chosen != null) {
                chosen.sent();
            }
        }

        @Override
        public boolean torn(Object message) {
            return chosen != null && chosen.torn(message);
        }

        @Override
        public boolean hasOutput() {
            return chosen != null && chosen.hasOutput();
        }

        @Override
        public boolean wantsInput() {
            return chosen == null ? !refused : chosen.wantsInput();
        }

        @Override
        public boolean isIdle() {
            return chosen == null || chosen.isIdle();
        }

        @Override
        public Standing standing() {
            return chosen == null ? Standing.STARTING : chosen.standing();
        }

        @Override
        public void inputEnded() {
            if (chosen != null) {
                chosen.inputEnded();
            }
        }

        @Override
        public long inputDeadline() {
            return chosen == null ? deadline : chosen.inputDeadline();
        }

        @Override
        public void failedToOpen(long outcome) {
            if (chosen != null) {
                chosen.failedToOpen(outcome);
            }
        }

        @Override
        public void expired() {
            if (chosen != null) {
                chosen.expired();
            }
        }

        @Override
        public void drain() {
            if (chosen != null) {
                chosen.drain();
            }
        }

        @Override
        public void closed() {
            if (chosen != null) {
                chosen.closed();
            }
        }
    }
}
