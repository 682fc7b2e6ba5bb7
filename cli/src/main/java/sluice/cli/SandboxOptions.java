package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;

/** Options for what the process of the server gives up. */
final class SandboxOptions {
    /** When a server is confined. */
    enum When {
        /** If other machines reach it, or a service manager started it, and the kernel can. */
        AUTO,
        ON,
        OFF
    }

    @Option(
            names = "--sandbox",
            paramLabel = "WHEN",
            defaultValue = "auto",
            completionCandidates = Names.SandboxTimes.class,
            description = "let the process open nothing but what it serves and needs (Landlock):"
                    + " ${COMPLETION-CANDIDATES}; auto is on if other machines reach the server or"
                    + " a service manager started it, and the kernel can (default:"
                    + " ${DEFAULT-VALUE})")
    private When when = When.AUTO;

    @Option(
            names = "--sandbox-allow",
            paramLabel = "PATH",
            description = "file or directory that it may read, too; repeatable. The parent of DIR"
                    + " if DIR is replaced by another while it is served")
    private List<Path> allowed = List.of();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "become this user of /etc/passwd when the ports are bound; for a server"
                    + " that root starts")
    private @Nullable String user;

    When when() {
        return when;
    }

    List<Path> allowed() {
        return allowed;
    }

    /**
     * Refuses what would have no effect.
     *
     * @throws IllegalArgumentException with the reason
     */
    void check() {
        if (when == When.OFF && !allowed.isEmpty()) {
            throw new IllegalArgumentException(
                    "--sandbox-allow has no effect with --sandbox off, which allows everything");
        }
    }

    /**
     * Who it becomes; null to stay.
     *
     * @throws IllegalArgumentException if there is no such user
     */
    @Nullable
    Account account() {
        return user == null ? null : Account.named(user);
    }
}
