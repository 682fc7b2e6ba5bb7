package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.LoopState;
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
 * @param account whom the process becomes when its ports are bound; null to stay
 */
record Operations(
        @Nullable AdminServer admin,
        Systemd systemd,
        @Nullable Account account) implements AutoCloseable {
    /** Before the server starts, so that what asks for its health learns that it does. */
    static Operations start(AdminOptions options, Systemd systemd, @Nullable Account account)
            throws IOException {
        return new Operations(options.start(), systemd, account);
    }

    /** Adds what wants to know of responses. */
    void hearOf(Sluice.Builder settings) {
        if (admin != null) {
            settings.onResponse(admin);
        }
    }

    /** Its ports are bound, and what root alone may open is open. */
    void bound() throws IOException {
        if (account != null) {
            account.become();
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
        systemd.watch(() -> server.loops().stream().allMatch(LoopState::isWell));
        systemd.ready("serves at " + server.uri());
    }

    /** A signal asks to read files again, of which there is the log. */
    void reload(String signal, @Nullable AccessLog log, Notes notes) {
        systemd.reloading();
        if (log == null) {
            notes.say(signal + ": there is no access log to reopen");
        } else {
            notes.say(signal + ": reopening the access log");
            log.reopen();
        }
        systemd.ready("went on after " + signal);
    }

    /** The server finishes its last responses. */
    void stopping() {
        systemd.stopping();
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
        systemd.close();
        Sandbox.leave();
    }
}
