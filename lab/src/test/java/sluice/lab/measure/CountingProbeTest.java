package sluice.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import sluice.client.HttpUrl;
import sluice.lab.Counts;
import sluice.lab.Load;
import sluice.lab.LoadPlan;
import sluice.lab.LoadResult;
import sluice.lab.Target;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where the kernel does not permit to count system calls, a Sluice tells its own count. */
class CountingProbeTest {
    private static final CountingProbe.Opener REFUSED = _ -> {
        throw new IOException("not permitted");
    };

    private static Process server() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String modules = System.getProperty("jdk.module.path");
        String main = "sluice.lab.job.NullServer";
        command.addAll(
                modules == null
                        ? List.of("-cp", System.getProperty("java.class.path"), main)
                        : List.of("-p", modules, "-m", "sluice.lab/" + main));
        command.addAll(List.of("epoll", "single", "0", "10", "0"));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What is counted while a server is loaded, twice: cells may share a server. */
    private static Counts counts(@Nullable String notOwn) throws IOException {
        Process server = server();
        try (BufferedReader said = server.inputReader()) {
            String ready = said.lines()
                    .filter(line -> line.startsWith("Sluice serving"))
                    .findFirst()
                    .orElseThrow();
            String url = ready.substring(ready.indexOf("http"));
            counted(server, url, notOwn);
            return counted(server, url, notOwn);
        } finally {
            server.destroyForcibly();
        }
    }

    private static Counts counted(Process server, String url, @Nullable String notOwn)
            throws IOException {
        LoadPlan plan = LoadPlan.of(
                        new Target(HttpUrl.parse(url), 1), Duration.ZERO, Duration.ofMillis(300))
                .withConnections(1);
        try (CountingProbe probe = CountingProbe.of((int) server.pid(), notOwn, REFUSED)) {
            LoadResult result = Load.run(plan, _ -> {}, probe);
            return probe.perRequest(result.responses());
        }
    }

    @Test
    void aServerTellsTheSystemCallsThatItCountsItself() throws Exception {
        Counts counts = counts(null);

        assertThat(counts.systemCallsFrom()).isEqualTo(Counts.OWN);
        // To wait, to receive and to send for each request of the only connection.
        assertThat(counts.systemCalls()).isBetween(1.9, 4.1);
    }

    @Test
    void aCountThatWouldBeWrongIsNoneWithBothReasons() throws Exception {
        Counts counts = counts("others call");

        assertThat(counts.systemCalls()).isNull();
        assertThat(counts.systemCallsFrom()).isEqualTo("not permitted; others call");
    }
}
