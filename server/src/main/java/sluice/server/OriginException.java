package sluice.server;

import java.io.IOException;

/** Why an {@link Origin} gives no object. */
public final class OriginException extends IOException {
    private static final long serialVersionUID = 1;

    /** What a client is told. */
    public enum Reason {
        /** There is no such object. */
        ABSENT,
        /** The store refuses this server the object. */
        FORBIDDEN,
        /** The object is another version now. */
        REPLACED,
        /** The store did not answer in time. */
        LATE,
        /** The store could not be reached, or its answer makes no sense. */
        FAILED
    }

    private final Reason reason;

    public OriginException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public OriginException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether the store has answered: another try would tell the same. */
    public boolean isAnswer() {
        return reason == Reason.ABSENT || reason == Reason.FORBIDDEN || reason == Reason.REPLACED;
    }
}
