package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.server.AccessLog;
import sluice.server.AdminServer;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * Whoever operates a server and is told of it.
 *
 * @param admin null if nobody listens for operators
 */
record Operations(@Nullable AdminServer admin) implements AutoCloseable {
    /** Before the server starts, so that what asks for its health learns that it does. */
    static Operations start(AdminOptions options) throws IOException {
        return new Operations(options.start());
    }

    /** Adds what wants to know of responses. */
    void hearOf(Sluice.Builder settings) {
        if (admin != null) {
            settings.onResponse(admin);
        }
    }

    /** The server has started. */
    void started(FileServer server, @Nullable AccessLog log, PrintWriter err) {
        if (admin != null) {
            admin.watch(server, log);
            err.println("sluice: admin at http://"
                    + AddressText.inUri(admin.address().getAddress()) + ":"
                    + admin.address().getPort() + "/");
        }
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
    }
}
