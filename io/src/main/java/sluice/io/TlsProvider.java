package sluice.io;

import java.util.Locale;

/** Who encrypts. */
public enum TlsProvider {
    /** {@link #OPENSSL} where it runs with the model, else {@link #JDK}. */
    AUTO,
    /** The libssl of the system. */
    OPENSSL,
    /** The JDK, which needs 1.6 times as much for a record, and three times for a handshake. */
    JDK;

    /** The name on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
