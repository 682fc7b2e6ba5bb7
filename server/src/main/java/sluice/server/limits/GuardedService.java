package sluice.server.limits;

import sluice.io.EventLoop;
import sluice.io.Protocol;
import sluice.io.ProtocolChoice;
import sluice.io.Service;
import sluice.server.PeerLimits;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Keeps each client of a service to its limits, over all loops together. */
public final class GuardedService implements Service {
    private final Service service;
    private final Peers peers;
    private final String plain;
    private final IntFunction<byte[]> refusal;

    /**
     * Guards a service.
     *
     * @param plain name of the protocol whose requests are counted, which is spoken unless another
     *     is agreed on
     * @param refusal the response in that protocol to a client that asks too often; its argument
     *     are the seconds after which it may ask again
     */
    public GuardedService(
            Service service, PeerLimits limits, String plain, IntFunction<byte[]> refusal) {
        this.service = service;
        this.plain = plain;
        this.refusal = refusal;
        peers = new Peers(limits, System::nanoTime);
    }

    @Override
    public Supplier<Protocol> on(EventLoop loop) {
        Supplier<Protocol> protocols = service.on(loop);
        return new ProtocolChoice() {
            @Override
            public Protocol get(String agreed) {
                Protocol chosen = ProtocolChoice.choose(protocols, agreed);
                return new GuardedProtocol(chosen, peers, agreed.equals(plain) ? refusal : null);
            }

            @Override
            public Protocol get() {
                return new GuardedProtocol(protocols.get(), peers, refusal);
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
