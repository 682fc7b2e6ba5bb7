package sluice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Counter;
import sluice.server.CounterHelp;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** What a registry tells of a server is what the server counts. */
class SluiceMetricsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void plant() throws IOException {
        Files.writeString(folder.resolve("index.html"), "home");
    }

    private Sluice.Builder settings() {
        return Sluice.builder().root(folder).port(0);
    }

    private static int ask(FileServer server, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.uri().resolve(path).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        int status = connection.getResponseCode();
        connection.disconnect();
        return status;
    }

    private static double count(MeterRegistry registry, String name) {
        return registry.get(name).functionCounter().count();
    }

    @Test
    void aRegistryTellsEachCounterOfTheServerAlsoAfterItsEnd() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        FileServer server = settings().build().start();
        new SluiceMetrics(server).bindTo(registry);
        assertThat(count(registry, "sluice.requests")).isZero();

        assertThat(ask(server, "/")).isEqualTo(200);
        assertThat(ask(server, "/none")).isEqualTo(404);
        assertThat(server.drain(Duration.ofSeconds(30))).isTrue();

        assertThat(count(registry, "sluice.requests")).isEqualTo(2);
        assertThat(registry.get("sluice.connections").gauge().value()).isZero();
        assertThat(registry.get("sluice.loops.ill").gauge().value()).isZero();
        server.close();
        assertThat(count(registry, "sluice.requests")).isEqualTo(2);
        for (Counter counter : Counter.values()) {
            String name = CounterHelp.of(counter).name().replace('_', '.');
            assertThat((long) count(registry, name)).isEqualTo(server.count(counter));
        }
    }

    @Test
    void prometheusGetsTheNamesThatTheServersOwnPageHas() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (FileServer server = settings().build().start()) {
            new SluiceMetrics(server, Tags.of("server", "files")).bindTo(registry);

            assertThat(registry.scrape().lines().toList())
                    .containsAll(Arrays.stream(Counter.values())
                            .map(counter ->
                                    "# TYPE " + CounterHelp.of(counter).name() + "_total counter")
                            .toList())
                    .contains("# TYPE sluice_connections gauge");
            assertThat(registry.scrape()).contains("sluice_requests_total{server=\"files\"} 0.0");
        }
    }

    @Test
    void eachResponseIsTimedByStatusAndPath() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ResponseTimer timer = new ResponseTimer(registry, Tags.of("server", "files"));
        try (FileServer server = settings().onResponse(timer).build().start()) {
            ask(server, "/");
            ask(server, "/");
            ask(server, "/none");
            assertThat(server.drain(Duration.ofSeconds(30))).isTrue();
        }

        Timer found = registry.get("sluice.responses").tag("status", "200").timer();
        assertThat(found.count()).isEqualTo(2);
        assertThat(found.totalTime(TimeUnit.NANOSECONDS)).isPositive();
        assertThat(found.getId().getTag("path")).isEqualTo("memory");
        assertThat(found.getId().getTag("complete")).isEqualTo("true");
        assertThat(found.getId().getTag("server")).isEqualTo("files");
        assertThat(registry.get("sluice.responses").tag("status", "404").timer().count())
                .isOne();
    }
}
