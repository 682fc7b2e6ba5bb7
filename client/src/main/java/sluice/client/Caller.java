package sluice.client;

import sluice.io.Cell;
import sluice.io.ClientLoop;
import sluice.io.CopyMode;
import sluice.io.Model;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/** Runs exchanges, one at a time, and waits for each to end. */
final class Caller implements AutoCloseable {
    /** Time limit of a connect, and of a server that receives nothing of what we send. */
    private static final Duration STALL = Duration.ofSeconds(30);

    /** An exchange has time limits itself. */
    private static final Duration NO_LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    private final ClientLoop loop;
    private String origin = "";
    private List<String> lines = List.of();

    /** Uses the best model that runs here. */
    Caller() {
        this(new Cell(Model.best(), CopyMode.AUTO));
    }

    Caller(Cell cell) {
        loop = ClientLoop.start(cell, STALL);
    }

    /** Adds lines to each request to this authority; another may not see them. */
    void alsoSend(String authority, List<String> more) {
        origin = authority;
        lines = more;
    }

    /** Tries the addresses of the host one after another until a connect succeeds. */
    Ending call(Request request, Exchange.Owner owner) throws IOException, InterruptedException {
        return call(request, owner, NO_LIMIT);
    }

    /** Like the method above, with a time limit: nothing may follow an exchange cut short. */
    Ending call(Request request, Exchange.Owner owner, Duration most)
            throws IOException, InterruptedException {
        HttpUrl url = request.url();
        Request whole = url.authority().equals(origin) ? request.with(lines) : request;
        Ending ending = Ending.unreachable("no address");
        for (InetAddress address : addresses(url.host())) {
            Exchange exchange = new Exchange(loop.loop(), whole, owner);
            loop.connect(new InetSocketAddress(address, url.port()), exchange);
            ending = exchange.await(most);
            if (ending.kind() != Ending.Kind.UNREACHABLE) {
                break;
            }
        }
        return ending;
    }

    private static InetAddress[] addresses(String host) throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("cannot find an address of host " + host, e);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
