package sluice.lab;

import java.time.Duration;
import java.util.List;

/**
 * What to send, over what connections, and for how long.
 *
 * @param targets what to request; all of one scheme, host and port
 * @param connections how many are open at a time
 * @param loops threads that share them
 * @param rate requests per second that are due whether or not the server keeps up (an open loop);
 *     0: each connection sends its next request when it has its answer (a closed loop)
 * @param warmUp how long to send before the measurement
 * @param measured how long to measure
 * @param pipeline requests in flight per connection
 * @param keepAlive whether a connection carries more than one request
 * @param fields field lines to add to each request, without line ends
 * @param patience how long to wait for an answer
 * @param requests after so many of them a closed loop ends before its time; 0: never
 */
public record LoadPlan(
        List<Target> targets,
        int connections,
        int loops,
        double rate,
        Duration warmUp,
        Duration measured,
        int pipeline,
        boolean keepAlive,
        List<String> fields,
        Duration patience,
        long requests) {
    /** What wrk and most published figures use. */
    public static final int CONNECTIONS = 64;
    /** Of one address there are no more ports to connect from. */
    public static final int CONNECTIONS_MAX = 64_000;
    /** More do not shorten the time that a request spends in system calls. */
    public static final int PIPELINE_MAX = 64;
    /** More than a network interface of 100 Gb/s carries. */
    public static final double RATE_MAX = 10_000_000;
    /** Longer than any server takes that is not dead. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * @throws IllegalArgumentException if a number is out of bounds, or two settings do not fit
     */
    public LoadPlan {
        targets = List.copyOf(targets);
        fields = List.copyOf(fields);
        require(!targets.isEmpty(), "there is no URL to request");
        require(
                targets.stream()
                                .map(target -> target.url().secure() + " "
                                        + target.url().host() + " "
                                        + target.url().port())
                                .distinct()
                                .count()
                        == 1,
                "all URLs must have the same scheme, host and port");
        require(
                connections >= 1 && connections <= CONNECTIONS_MAX,
                "connections must be from 1 to " + CONNECTIONS_MAX);
        require(loops >= 1 && loops <= connections, "threads must be from 1 to the connections");
        require(
                rate >= 0 && rate <= RATE_MAX,
                "the rate must be above 0 and at most " + (long) RATE_MAX);
        require(!warmUp.isNegative(), "the warm-up cannot be negative");
        require(measured.isPositive(), "the time to measure must be above 0");
        require(patience.isPositive(), "the time to wait for an answer must be above 0");
        require(
                pipeline >= 1 && pipeline <= PIPELINE_MAX,
                "the pipeline must be from 1 to " + PIPELINE_MAX);
        require(pipeline == 1 || keepAlive, "a connection for one request has no pipeline");
        require(
                pipeline == 1 || rate == 0,
                "with a rate, a request goes to an idle connection: there is no pipeline");
        require(requests >= 0, "the number of requests cannot be negative");
        require(requests == 0 || rate == 0, "a load ends by its requests or has a rate, not both");
    }

    /** A plan that ends by its time. */
    public LoadPlan(
            List<Target> targets,
            int connections,
            int loops,
            double rate,
            Duration warmUp,
            Duration measured,
            int pipeline,
            boolean keepAlive,
            List<String> fields,
            Duration patience) {
        this(
                targets,
                connections,
                loops,
                rate,
                warmUp,
                measured,
                pipeline,
                keepAlive,
                fields,
                patience,
                0);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** A closed loop over one URL, and the defaults. */
    public static LoadPlan of(Target target, Duration warmUp, Duration measured) {
        return new LoadPlan(
                List.of(target), CONNECTIONS, 1, 0, warmUp, measured, 1, true, List.of(), PATIENCE);
    }

    /** A copy with another number of connections. */
    public LoadPlan withConnections(int count) {
        return new LoadPlan(
                targets, count, loops, rate, warmUp, measured, pipeline, keepAlive, fields,
                patience, requests);
    }

    /** A copy with another rate. */
    public LoadPlan withRate(double perSecond) {
        return new LoadPlan(
                targets,
                connections,
                loops,
                perSecond,
                warmUp,
                measured,
                pipeline,
                keepAlive,
                fields,
                patience,
                requests);
    }

    /** A copy with other connections. */
    public LoadPlan withKeepAlive(boolean kept) {
        return new LoadPlan(
                targets,
                connections,
                loops,
                rate,
                warmUp,
                measured,
                pipeline,
                kept,
                fields,
                patience,
                requests);
    }

    /** A copy that ends after so many requests, if its time does not end before. */
    public LoadPlan withRequests(long count) {
        return new LoadPlan(
                targets,
                connections,
                loops,
                rate,
                warmUp,
                measured,
                pipeline,
                keepAlive,
                fields,
                patience,
                count);
    }

    /** Whether requests are due at their own times. */
    public boolean isOpenLoop() {
        return rate > 0;
    }
}
