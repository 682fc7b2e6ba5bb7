package sluice.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import sluice.io.Counter;
import sluice.server.CounterHelp;
import sluice.server.FileServer;

/**
 * Every counter of a server as a meter, and how many connections and loops it has. With a registry
 * for Prometheus the names are those of the server's own page of metrics.
 *
 * <p>The loops count anyway, so a binding costs them nothing: a registry reads when it reports. The
 * counters of a closed server keep their last values. A registry does not keep the server in
 * memory: its program does, since it has to close it. Any thread.
 *
 * {@snippet :
 * new SluiceMetrics(server).bindTo(registry);
 * }
 *
 * @see ResponseTimer
 */
public final class SluiceMetrics implements MeterBinder {
    private static final String BYTES = "bytes";

    private final FileServer server;
    private final Tags tags;

    /** The meters of a server without tags: for the only one of a program. */
    public SluiceMetrics(FileServer server) {
        this(server, Tags.empty());
    }

    /**
     * The meters of one of several servers.
     *
     * @param tags of each meter; they tell the server from others of the same registry
     */
    public SluiceMetrics(FileServer server, Tags tags) {
        this.server = server;
        this.tags = tags;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Counter counter : Counter.values()) {
            bind(counter, registry);
        }
        Gauge.builder("sluice.connections", server, FileServer::connections)
                .description("Connections open now")
                .tags(tags)
                .register(registry);
        Gauge.builder("sluice.loops.ill", server, SluiceMetrics::illLoops)
                .description("Loops and workers that make no progress now")
                .tags(tags)
                .register(registry);
    }

    private void bind(Counter counter, MeterRegistry registry) {
        CounterHelp help = CounterHelp.of(counter);
        FunctionCounter.builder(
                        help.name().replace('_', '.'), server, bound -> bound.count(counter))
                .description(help.words())
                .baseUnit(help.name().endsWith("_" + BYTES) ? BYTES : null)
                .tags(tags)
                .register(registry);
    }

    private static long illLoops(FileServer server) {
        return server.loops().stream().filter(loop -> !loop.isWell()).count();
    }
}
