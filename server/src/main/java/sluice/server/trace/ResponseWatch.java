package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.server.ResponseRecord;

import java.util.List;
import java.util.function.Consumer;

/** Passes each response's record to listeners and Flight Recorder. Any thread may call. */
public final class ResponseWatch {
    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final List<Consumer<ResponseRecord>> listeners;

    public ResponseWatch(List<Consumer<ResponseRecord>> listeners) {
        this.listeners = listeners;
    }

    /** Whether there are listeners; their number never changes. */
    public boolean hasListeners() {
        return !listeners.isEmpty();
    }

    /** Whether a listener or a recording wants records now. */
    public boolean isWanted() {
        return hasListeners() || ResponseSent.isWanted();
    }

    /** Logs a listener's exception, so that it harms neither connection nor other listeners. */
    void tell(ResponseRecord response, @Nullable ResponseSent event) {
        if (event != null) {
            event.over(response);
        }
        for (Consumer<ResponseRecord> listener : listeners) {
            try {
                listener.accept(response);
            } catch (RuntimeException mistake) {
                LOG.log(System.Logger.Level.ERROR, "a response listener failed", mistake);
            }
        }
    }
}
