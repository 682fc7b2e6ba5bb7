package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.Listen;
import sluice.server.AdminServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;

/** Options for the listener that operators and their programs ask. */
final class AdminOptions {
    private static final String LOOPBACK = "127.0.0.1";

    @Option(
            names = "--admin",
            paramLabel = "[HOST:]PORT",
            description = "answer /metrics (for Prometheus), /healthz, /readyz, and a status page"
                    + " at /, in plain http, at this port of this machine; 0 chooses a free one;"
                    + " unix:FILE is a Unix socket")
    private @Nullable String address;

    @Option(
            names = "--admin-anywhere",
            description = "let HOST of --admin be one that other machines reach: whoever can"
                    + " reads the metrics")
    private boolean anywhere;

    @Option(
            names = "--control",
            paramLabel = "FILE",
            description = "take orders by a Unix socket of this name: 'sluice reload', and those of"
                    + " --take-over. Only this user may connect. Its directory becomes writable in"
                    + " a sandbox, so give it one of its own")
    private @Nullable Path control;

    @Option(
            names = "--take-over",
            description = "take the place of the server at --control, if one runs, without a pause"
                    + " for clients: it hands over its listening sockets, and ends when this one"
                    + " answers; if this one does not start, it goes on")
    private boolean takesOver;

    /** Lets a sandbox make the socket for orders. */
    void allow(Sandbox sandbox) {
        if (control != null) {
            sandbox.socket(control);
        }
        sandbox.socketAt(address());
    }

    /** Listens for orders; null if nobody wants that. */
    @Nullable
    Control control() throws IOException {
        return control == null ? null : Control.listen(control, takesOver);
    }

    /**
     * Listens; null if nobody wants that.
     *
     * @throws IllegalArgumentException if the options cannot be
     */
    @Nullable
    AdminServer start() throws IOException {
        SocketAddress at = address();
        if (at == null) {
            return null;
        }
        try {
            return AdminServer.start(at);
        } catch (IOException e) {
            throw new IOException("cannot listen for --admin: " + Failures.inWords(e), e);
        }
    }

    /**
     * Where it listens; null for nowhere.
     *
     * @throws IllegalArgumentException if the options cannot be
     */
    @Nullable
    SocketAddress address() {
        String given = address;
        if (given == null) {
            return null;
        }
        if (given.startsWith(Listen.UNIX)) {
            return Listen.at(given, 0);
        }
        int colon = given.lastIndexOf(':');
        String host = colon <= 0 ? LOOPBACK : unbracketed(given.substring(0, colon));
        InetSocketAddress at = Listen.address(host, port(given.substring(colon + 1)));
        Listen.requireResolved(at);
        if (!at.getAddress().isLoopbackAddress() && !anywhere) {
            throw new IllegalArgumentException("--admin " + given + " is reached from other"
                    + " machines; add --admin-anywhere if these may read the metrics");
        }
        return at;
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--admin takes [HOST:]PORT, as 9100 or 127.0.0.1:9100; '" + text
                            + "' is no port",
                    e);
        }
    }
}
