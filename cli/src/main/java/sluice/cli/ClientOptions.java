package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.http.ForwardedField;
import sluice.io.AddressSet;
import sluice.io.Limits;
import sluice.server.PeerLimits;
import sluice.server.TrustedProxies;

import java.util.List;

/** Options for who a client is, and how much of the server it takes. */
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

    @Option(
            names = "--proxy-protocol",
            paramLabel = "ADDRESSES",
            split = ",",
            description = "proxies that begin each connection with the PROXY protocol (1 or 2),"
                    + " which names their client, as 10.0.0.0/8,fd00::/8; a connection of one of"
                    + " them without it is reset, and of others it is not read")
    private List<String> connectionProxies = List.of();

    @Option(
            names = "--trust-forwarded",
            paramLabel = "ADDRESSES",
            split = ",",
            description = "proxies that name their client in a field of each request: the last"
                    + " address there that is none of these counts, for the log and for"
                    + " --max-requests-per-client")
    private List<String> requestProxies = List.of();

    @Option(
            names = "--forwarded-field",
            paramLabel = "FIELD",
            defaultValue = "x-forwarded-for",
            completionCandidates = Names.ForwardedFields.class,
            description = "with --trust-forwarded: the field that these proxies write:"
                    + " ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private ForwardedField field = ForwardedField.X_FORWARDED_FOR;

    /**
     * Whose word for who the client is counts.
     *
     * @throws IllegalArgumentException for what is no address
     */
    TrustedProxies proxies() {
        return new TrustedProxies(
                set("--proxy-protocol", connectionProxies),
                set("--trust-forwarded", requestProxies),
                field);
    }

    private static AddressSet set(String option, List<String> texts) {
        try {
            return AddressSet.of(texts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

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
