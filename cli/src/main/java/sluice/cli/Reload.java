package sluice.cli;

import org.jspecify.annotations.Nullable;

import sluice.server.AccessLog;
import sluice.server.FileServer;

import java.util.function.Supplier;

/**
 * Reads again what a running server has read: its settings, certificates that have changed, the
 * name of its log.
 *
 * @param settings takes new settings into effect
 * @param log null if there is none
 */
record Reload(
        Supplier<Outcome> settings,
        FileServer server,
        Operations operations,
        @Nullable AccessLog log,
        Notes notes) {
    /**
     * Reads them, and tells everybody what became of that. One after another.
     *
     * @param who asks for it
     */
    Outcome by(String who) {
        synchronized (settings) {
            operations.systemd().reloading();
            Outcome outcome = settings.get();
            server.lookAtCertificates();
            if (log != null) {
                notes.say(who + ": reopening the access log");
                log.reopen();
            }
            String words = outcome.isDone()
                    ? outcome.words()
                    : "the settings stay as they were: " + outcome.words();
            notes.say(who + ": " + words);
            operations.systemd().ready(words);
            return outcome;
        }
    }
}
