package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.linux.Linux;
import sluice.linux.ProcessCalls;
import sluice.server.AccessLog;
import sluice.server.FileServer;

import java.io.IOException;
import java.time.Duration;

/**
 * The end of a server that a signal stops: open responses finish, then the log is written.
 *
 * @param log null if there is none
 * @param limit how long responses may take
 */
record ServerEnd(
        FileServer server,
        @Nullable AccessLog log,
        LiveLine live,
        Operations operations,
        Duration limit,
        Notes notes) {
    /**
     * How long an open connection may bring one more request when another process has taken over.
     * Longer than clients with work to do pause; the others find their connection closed, as after
     * any pause that is too long.
     */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Halts the JVM: only so does a process that a signal ends exit with 0. */
    void run() {
        live.end();
        operations.stopping();
        boolean secondSignalKills = letTheNextSignalKill();
        try {
            int open = server.connections();
            if (open > 0) {
                notes.say("waiting for " + open + " connections to finish"
                        + (secondSignalKills ? "; a second signal closes them at once" : ""));
            }
            boolean replaced = operations.systemd().isReplaced();
            if (!(replaced ? server.leave(GRACE, limit) : server.drain(limit))) {
                notes.say(server.connections() + " connections did not finish within "
                        + limit.toSeconds() + " s and were reset");
            }
            server.close();
            operations.close();
            if (log != null) {
                log.close();
                if (log.dropped() > 0) {
                    notes.say("the access log lost " + log.dropped() + " lines");
                }
            }
        } catch (InterruptedException e) {
            notes.say("interrupted while stopping");
        } catch (IOException e) {
            notes.say(Failures.inWords(e));
        }
        Runtime.getRuntime().halt(Exit.OK);
    }

    /** Restores the default action: during its shutdown the JVM would ignore another signal. */
    private static boolean letTheNextSignalKill() {
        return Linux.available()
                && ProcessCalls.restoreDefaultAction(ProcessCalls.SIGINT) == 0
                && ProcessCalls.restoreDefaultAction(ProcessCalls.SIGTERM) == 0;
    }
}
