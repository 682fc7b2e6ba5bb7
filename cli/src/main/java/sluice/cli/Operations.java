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
import java.util.List;
import java.util.stream.Stream;

/**
 * Whoever operates a server and is told of it.
 *
 * @param admin null if nobody listens for operators
 * @param control null if there is no socket for orders
 * @param account whom the process becomes when its ports are bound; null to stay
 */
record Operations(
        @Nullable AdminServer admin,
        @Nullable Control control,
        Systemd systemd,
        @Nullable Account account)
        implements AutoCloseable {
    /** Before the server starts, so that what asks for its health learns that it does. */
    static Operations start(AdminOptions options, Systemd systemd, @Nullable Account account)
            throws IOException {
        Control control = options.control();
        try {
            return new Operations(options.start(), control, systemd, account);
        } catch (IOException | RuntimeException e) {
            if (control != null) {
                control.close();
            }
            throw e;
        }
    }

    /** Adds what wants to know of responses. */
    void hearOf(Sluice.Builder settings) {
        if (admin != null) {
            settings.onResponse(admin);
        }
    }

    /** Its ports are bound, and what root alone may open is open. */
    void bound() throws IOException {
        if (control != null) {
            control.takeName();
        }
        if (account != null) {
            account.become();
        }
    }

    /** The server has started. */
    void started(FileServer server, @Nullable AccessLog log, PrintWriter err) {
        if (admin != null) {
            admin.watch(server, log);
            err.println("sluice: admin at " + AddressText.asUri(admin.reachedAt(), false));
        }
        systemd.watch(() -> server.loops().stream().allMatch(LoopState::isWell));
        systemd.ready("serves at " + server.uri());
    }

    /** Orders are carried out from now on; a server whose place this one takes ends. */
    void obey(FileServer server, Reload reload, Notes notes) {
        if (control != null) {
            control.obey(new RunningServer(this, server, reload, notes));
        }
    }

    /** The descriptors of the listening sockets; none if they cannot be handed over. */
    List<Integer> sockets(FileServer server) {
        List<Integer> own = server.handOver();
        if (own.isEmpty() || admin == null) {
            return own;
        }
        List<Integer> others = admin.handOver();
        return others.isEmpty()
                ? others
                : Stream.concat(own.stream(), others.stream()).toList();
    }

    /** Another process has the sockets, and operators deal with that one. */
    void replacedBy(int process) {
        systemd.replacedBy(process);
        if (admin != null) {
            admin.close();
        }
    }

    /** A signal asks for a log that was renamed. */
    void reopen(String signal, @Nullable AccessLog log, Notes notes) {
        if (log == null) {
            notes.say(signal + ": there is no access log to reopen");
        } else {
            notes.say(signal + ": reopening the access log");
            log.reopen();
        }
    }

    /** The server finishes its last responses. */
    void stopping() {
        systemd.stopping();
    }

    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
        if (admin != null) {
            admin.close();
        }
        systemd.close();
        Sandbox.leave();
    }
}
