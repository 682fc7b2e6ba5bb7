package sluice.io;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * Whom a client of TLS trusts.
 *
 * @param authorities certificates in PEM, which replace those of the system; null for the system's
 * @param everyone whether a server need not prove who it is: then anybody on the way can read and
 *     change what is sent
 */
public record TlsTrust(@Nullable Path authorities, boolean everyone) {
    /** Whom the system trusts. */
    public static final TlsTrust SYSTEM = new TlsTrust(null, false);

    /** Nobody has to prove who it is. */
    public static final TlsTrust EVERYONE = new TlsTrust(null, true);

    /**
     * @throws IllegalArgumentException for authorities that nobody would ask
     */
    public TlsTrust {
        if (everyone && authorities != null) {
            throw new IllegalArgumentException(
                    "authorities have no effect where everyone is trusted: " + authorities);
        }
    }

    /** Whom these certificates stand for, and nobody else. */
    public static TlsTrust of(Path authorities) {
        return new TlsTrust(authorities, false);
    }
}
