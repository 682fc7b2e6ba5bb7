package sluice.server.limits;

import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.ProtocolChoice;
import sluice.io.Service;

import java.util.List;
import java.util.function.Supplier;

/** Bounds the connections of each client of a service, over all loops together. */
public record GuardedService(Service service, Clients clients) implements Service {
    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        Supplier<Protocol> protocols = service.on(loop);
        return new ProtocolChoice() {
            @Override
            public Protocol get(String agreed) {
                return new GuardedProtocol(ProtocolChoice.choose(protocols, agreed), clients);
            }

            @Override
            public Protocol get() {
                return new GuardedProtocol(protocols.get(), clients);
            }
        };
    }

    @Override
    public List<String> protocols() {
        return service.protocols();
    }

    @Override
    public boolean wantsPeers() {
        return true;
    }
}
