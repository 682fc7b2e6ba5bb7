package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.LoopState;
import sluice.io.Machinery;
import sluice.io.Reactor;
import sluice.io.Reactors;
import sluice.server.admin.AdminPages;
import sluice.server.admin.ResponseTotals;
import sluice.server.admin.Vitals;
import sluice.server.http1.PageService;
import sluice.server.site.AllowedHosts;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A listener for operators, in plain http: {@code /metrics}, {@code /healthz}, {@code /readyz}, and
 * {@code /} with a page. It has a loop of its own, so that it answers while those of the server are
 * stuck, and while the server drains. As a listener of responses it sums them up. Any thread.
 *
 * {@snippet :
 * try (AdminServer admin = AdminServer.start(Listen.address("127.0.0.1", 9100));
 *         FileServer server = Sluice.builder().onResponse(admin).build().start()) {
 *     admin.watch(server, null);
 * }
 * }
 */
public final class AdminServer implements Consumer<ResponseRecord>, AutoCloseable {
    /** One browser has six, a scraper one: enough for some of each. */
    private static final int CONNECTIONS = 64;
    /** Each of these connections has one at most. */
    private static final int BUFFERS = CONNECTIONS;

    private final ResponseTotals totals = new ResponseTotals();
    private final Reactors reactors;
    private volatile Vitals vitals = Vitals.STARTING;

    private AdminServer(SocketAddress address) throws IOException {
        AllowedHosts hosts = AllowedHosts.of(List.of(address), Set.of());
        PageService service = new PageService(new AdminPages(hosts, () -> vitals, totals));
        Limits limits = Limits.defaults().withConnections(CONNECTIONS).withBuffersPerLoop(BUFFERS);
        reactors = Reactors.start(
                Machinery.defaults().withReactor(Reactor.SINGLE),
                limits,
                List.of(new Listen(address, service)));
    }

    /**
     * Listens; until {@link #watch} the server is said to start.
     *
     * @param address of TCP, or of a Unix socket
     * @throws IOException if it cannot listen on the address
     */
    public static AdminServer start(SocketAddress address) throws IOException {
        return new AdminServer(address);
    }

    /**
     * Tells of this server from now on.
     *
     * @param log whose lost lines are told; null for none
     */
    public void watch(FileServer server, @Nullable AccessLog log) {
        vitals = new Watched(server, log);
    }

    @Override
    public void accept(ResponseRecord response) {
        totals.accept(response);
    }

    /**
     * Where it listens, with the actual port.
     *
     * @throws IllegalStateException if that is a Unix socket
     */
    public InetSocketAddress address() {
        return reactors.address();
    }

    /** Where it listens, also if that is a Unix socket. */
    public SocketAddress reachedAt() {
        return reactors.addresses().getFirst();
    }

    /** See {@link FileServer#handOver}. */
    public List<Integer> handOver() {
        return reactors.handOver();
    }

    @Override
    public void close() {
        reactors.close();
    }

    private record Watched(FileServer server, @Nullable AccessLog log) implements Vitals {
        @Override
        public String description() {
            return server.description();
        }

        @Override
        public long count(Counter counter) {
            return server.count(counter);
        }

        @Override
        public int connections() {
            return server.connections();
        }

        @Override
        public List<LoopState> loops() {
            return server.loops();
        }

        @Override
        public long lostLogLines() {
            return log == null ? 0 : log.dropped();
        }

        @Override
        public boolean isDraining() {
            return server.isDraining();
        }
    }
}
