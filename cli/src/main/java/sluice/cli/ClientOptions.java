package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.Limits;
import sluice.server.PeerLimits;

/** Options for how much of the server one client takes. */
final class ClientOptions {
    @Option(
            names = "--max-connections-per-client",
            paramLabel = "N",
            description = "most connections of one address (of IPv6: of one network of 64 bits);"
                    + " more are reset (default: no bound)")
    private @Nullable Integer connections;

    @Option(
            names = "--max-requests-per-client",
            paramLabel = "N",
            description = "most requests per second of one address, and as many at once; more get"
                    + " 429 with Retry-After (default: no bound)")
    private @Nullable Integer requests;

    @Option(
            names = "--max-rate",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "most bytes per second that one connection is sent, as 2M (default: no"
                    + " bound)")
    private @Nullable Long rate;

    /**
     * The bounds for each client.
     *
     * @throws IllegalArgumentException for a number that cannot be
     */
    PeerLimits peers() {
        return new PeerLimits(
                positive("--max-connections-per-client", connections),
                positive("--max-requests-per-client", requests));
    }

    private static int positive(String option, @Nullable Integer number) {
        if (number != null && number < 1) {
            throw new IllegalArgumentException(option + " must be 1 or more, not " + number);
        }
        return number == null ? 0 : number;
    }

    /**
     * These limits with the pace.
     *
     * @throws IllegalArgumentException for a number that cannot be
     */
    Limits paced(Limits limits) {
        if (rate == null) {
            return limits;
        }
        if (rate < Limits.PACE_MIN || rate > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("--max-rate must be " + Limits.PACE_MIN + " to "
                    + Integer.MAX_VALUE + " bytes per second, not " + rate);
        }
        return limits.withPace(rate.intValue());
    }
}
