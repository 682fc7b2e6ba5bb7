package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.ClientLoop;
import sluice.io.CopyMode;
import sluice.io.Layer;
import sluice.io.Model;
import sluice.io.Tls;
import sluice.io.TlsProvider;

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

    /** RFC 7301: a server that speaks something else, too, has to know. */
    private static final List<String> PROTOCOLS = List.of("http/1.1");

    private final Cell cell;
    private final TlsProvider provider;
    private @Nullable ClientLoop plain;
    private @Nullable ClientLoop secure;
    private String origin = "";
    private Transfer.Options options = Transfer.Options.NONE;

    /** Uses the best model that runs here. */
    Caller() {
        this(new Cell(Model.best(), CopyMode.AUTO));
    }

    Caller(Cell cell) {
        this(cell, TlsProvider.AUTO);
    }

    Caller(Cell cell, TlsProvider provider) {
        this.cell = cell;
        this.provider = provider;
    }

    /** Adds the fields to each request to the server of this URL; another may not see them. */
    void use(Transfer.Options chosen, HttpUrl url) {
        origin = url.origin();
        options = chosen;
    }

    private ClientLoop loop(HttpUrl url) throws IOException {
        ClientLoop known = url.secure() ? secure : plain;
        if (known != null) {
            return known;
        }
        Layer layer = url.secure() ? tls() : null;
        ClientLoop started = ClientLoop.start(cell, STALL, layer);
        if (url.secure()) {
            secure = started;
        } else {
            plain = started;
        }
        return started;
    }

    private Layer tls() throws IOException {
        try {
            return Tls.client(provider, options.trust(), PROTOCOLS);
        } catch (IllegalArgumentException notHere) {
            throw new IOException("https is not possible: " + notHere.getMessage(), notHere);
        }
    }

    /** Tries the addresses of the host one after another until a connect succeeds. */
    Ending call(Request request, Exchange.Owner owner) throws IOException, InterruptedException {
        return call(request, owner, NO_LIMIT);
    }

    /** Like the method above, with a time limit: nothing may follow an exchange cut short. */
    Ending call(Request request, Exchange.Owner owner, Duration most)
            throws IOException, InterruptedException {
        HttpUrl url = request.url();
        Request whole = url.origin().equals(origin) ? request.with(options.fields()) : request;
        ClientLoop loop = loop(url);
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
        for (ClientLoop loop : new ClientLoop[] {plain, secure}) {
            if (loop != null) {
                loop.close();
            }
        }
    }
}
