package sluice.client;

import java.time.Duration;

/** Types that downloads and uploads share. */
public final class Transfer {
    private Transfer() {}

    /** Receives the progress of a transfer; on any thread, one call at a time. */
    public interface Listener {
        /**
         * A phase starts or restarts.
         *
         * @param what the phase, for the user
         * @param done octets that are already done
         * @param total octets of the whole file, or -1
         */
        void begins(String what, long done, long total);

        /** Adds octets to those that are done. */
        void moved(long octets);

        /** A message for the user. */
        void note(String words);
    }

    /** Waits before a retry; tests replace it. */
    @FunctionalInterface
    public interface Pause {
        /** Waits. */
        void last(Duration time) throws InterruptedException;

        /** Sleeps. */
        static Pause real() {
            return Thread::sleep;
        }
    }
}
