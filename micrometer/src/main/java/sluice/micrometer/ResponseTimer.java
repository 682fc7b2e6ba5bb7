package sluice.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import sluice.server.ResponseRecord;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Records how long each response took, by its status and by the path that its bytes took: meter
 * {@code sluice.responses}. The time of a download is that of its client, too.
 *
 * {@snippet :
 * Sluice.builder().root(directory).onResponse(new ResponseTimer(registry)).build();
 * }
 *
 * <p>Loops call it. It neither blocks nor waits; there are as many meters as pairs of status and
 * copy path that occur.
 */
public final class ResponseTimer implements Consumer<ResponseRecord> {
    private static final String NAME = "sluice.responses";

    private record Key(int status, String path, boolean complete) {}

    private final MeterRegistry registry;
    private final Tags tags;
    /** So that a response needs no look-up by tags, which allocates. */
    private final ConcurrentHashMap<Key, Timer> timers = new ConcurrentHashMap<>();

    /** Records into a registry, without tags of one's own. */
    public ResponseTimer(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /**
     * Records into a registry.
     *
     * @param tags of each meter, beside {@code status}, {@code path} and {@code complete}
     */
    public ResponseTimer(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    @Override
    public void accept(ResponseRecord response) {
        Key key = new Key(response.status(), response.copyPath(), response.complete());
        Timer timer = timers.get(key);
        if (timer == null) {
            timer = timers.computeIfAbsent(key, this::timer);
        }
        timer.record(response.duration());
    }

    private Timer timer(Key key) {
        return Timer.builder(NAME)
                .description("Time from a request to the last byte of its response")
                .tags(tags)
                .tag("status", Integer.toString(key.status()))
                .tag("path", key.path())
                .tag("complete", Boolean.toString(key.complete()))
                .register(registry);
    }
}
