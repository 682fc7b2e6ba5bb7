package sluice.client;

import java.time.Duration;

/** What downloads and uploads have in common. */
public final class Transfer {
    private Transfer() {}

    /** Is told how a transfer goes; on any thread, one call at a time. */
    public interface Listener {
        /**
         * Something begins, or begins again.
         *
         * @param done octets that need not be moved any more
         * @param total octets of the whole, or -1
         */
        void begins(String what, long done, long total);

        /** So many more octets are done. */
        void moved(long octets);

        /** Something happened that a person may want to know of. */
        void note(String words);
    }

    /** Lets time pass before something is tried again. */
    @FunctionalInterface
    public interface Pause {
        /** Waits. */
        void last(Duration time) throws InterruptedException;

        /** The real one. */
        static Pause real() {
            return Thread::sleep;
        }
    }
}
