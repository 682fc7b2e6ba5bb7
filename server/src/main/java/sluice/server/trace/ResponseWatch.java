package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.server.ResponseRecord;

import java.util.List;
import java.util.function.Consumer;

/** Who wants to know of each response: listeners, and whoever records. Any thread. */
public final class ResponseWatch {
    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final List<Consumer<ResponseRecord>> listeners;

    public ResponseWatch(List<Consumer<ResponseRecord>> listeners) {
        this.listeners = listeners;
    }

    /** Whether there are listeners, which stay. */
    public boolean hasListeners() {
        return !listeners.isEmpty();
    }

    /** Whether anybody wants to know now. */
    public boolean isWanted() {
        return hasListeners() || ResponseSent.isWanted();
    }

    /** A listener's mistake is its own: neither connection nor other listeners feel it. */
    void tell(ResponseRecord response, @Nullable ResponseSent event) {
        if (event != null) {
            event.over(response);
        }
        for (Consumer<ResponseRecord> listener : listeners) {
            try {
                listener.accept(response);
            } catch (RuntimeException mistake) {
                LOG.log(System.Logger.Level.ERROR, "a listener for responses failed", mistake);
            }
        }
    }
}
