package sluice.server;

import java.util.Locale;

/** The members of a line in JSON of an {@link AccessLog}, in the order that they have there. */
public enum AccessLogField {
    TIME,
    REMOTE,
    METHOD,
    TARGET,
    VERSION,
    STATUS,
    BYTES,
    DURATION_US,
    CPU_US,
    REFERER,
    USER_AGENT,
    COMPLETE,
    PATH,
    MODEL,
    HEAD_BYTES,
    KERNEL_BYTES,
    USER_BYTES,
    SYSTEM_CALLS,
    COLD_PARTS,
    COLD_STALLS,
    FALLBACKS,
    FALLBACK_REASON,
    KERNEL_COPIES;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in the line. */
    public String label() {
        return label;
    }
}
