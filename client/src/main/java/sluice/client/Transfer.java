package sluice.client;

import sluice.io.TlsTrust;

import java.time.Duration;
import java.util.List;

/** Types that downloads and uploads share. */
public final class Transfer {
    private Transfer() {}

    /**
     * What a user may choose of requests and their speed.
     *
     * @param fields lines that each request to the server of the URL gets ({@link
     *     RequestFields#line}); a server that it redirects to does not see them
     * @param rate most octets a second; 0 is no limit
     * @param trust which servers of https are who they say
     */
    public record Options(List<String> fields, long rate, TlsTrust trust) {
        /** No fields, no limit, and whom the system trusts. */
        public static final Options NONE = new Options(List.of(), 0, TlsTrust.SYSTEM);

        public Options {
            fields = List.copyOf(fields);
            if (rate < 0) {
                throw new IllegalArgumentException("a rate must be 0 or more, not " + rate);
            }
        }
    }

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
