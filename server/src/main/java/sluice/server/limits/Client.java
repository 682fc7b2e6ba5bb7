package sluice.server.limits;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.Status;
import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.server.response.Response;

import java.net.InetSocketAddress;

/** Who sends the requests of one connection, and whether it may. Loop thread only. */
public final class Client {
    private final Clients clients;
    private final Counters counters;
    private final @Nullable InetSocketAddress peer;
    private @Nullable InetSocketAddress sender;

    Client(Clients clients, Connection connection) {
        this.clients = clients;
        counters = connection.loop().resources().counters();
        peer = connection.peer();
        sender = peer;
    }

    /**
     * A request has come; called once for each.
     *
     * @param request null if it cannot be read
     * @return the response if it is one too many, or null
     */
    public @Nullable Response refusal(@Nullable Request request) {
        sender = request == null ? peer : clients.sender(request, peer);
        int seconds = sender == null ? 0 : clients.peers().ask(Peers.key(sender.getAddress()));
        if (seconds == 0) {
            return null;
        }
        counters.add(Counter.REFUSED_REQUESTS, 1);
        Fields wait = Fields.of(Field.RETRY_AFTER, Integer.toString(seconds));
        // Without a body: the request may be HEAD.
        return Response.of(Status.TOO_MANY_REQUESTS, wait);
    }

    /** Who sent the latest request; null if nobody knows. */
    public @Nullable InetSocketAddress sender() {
        return sender;
    }
}
