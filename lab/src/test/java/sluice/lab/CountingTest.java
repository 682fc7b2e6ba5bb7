package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.client.HttpUrl;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.lab.measure.CountingProbe;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The lab counts the same system calls as strace(1) does in the same run. Both look at this
 * process, which is server and client at once.
 */
class CountingTest {
    private static final long PATIENCE_SECONDS = 60;
    /** What is called between the moments when the one and the other begin and end to count. */
    private static final double SHARE_OUTSIDE = 0.02;
    /** Which the JVM never calls here; of the others some are for its locks and its memory. */
    private static final Set<String> OF_SOCKETS =
            Set.of("recvfrom", "sendto", "sendfile", "epoll_wait", "epoll_pwait2");

    /** System calls per request, as each counts them; {@code sockets} are a part of the first. */
    private record Found(double traced, double sockets, double counted, double own) {}

    @ParameterizedTest
    @CsvSource({"EPOLL, AUTO, 1024", "EPOLL, SENDFILE, 1048576", "BLOCKING, AUTO, 1024"})
    void theLabCountsWhatStraceCounts(Model model, CopyMode copy, int size, @TempDir Path directory)
            throws Exception {
        try (CountingProbe probe =
                CountingProbe.of((int) ProcessHandle.current().pid(), "not now")) {
            String from = probe.perRequest(1).systemCallsFrom();
            assumeTrue(from.equals(Counts.PERF), from);
        }

        Found found = find(model, copy, size, directory);

        assertThat(found.counted)
                .isGreaterThan(1)
                .isCloseTo(found.traced, within(SHARE_OUTSIDE * found.traced));
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, AUTO, 1024", "EPOLL, SENDFILE, 1048576", "BLOCKING, AUTO, 1024"})
    void sluiceCountsOfItselfAllButWhatTheJvmCalls(
            Model model, CopyMode copy, int size, @TempDir Path directory) throws Exception {
        Found found = find(model, copy, size, directory);

        assertThat(found.own)
                .isGreaterThan(1)
                .isBetween(found.sockets * (1 - SHARE_OUTSIDE), found.traced * (1 + SHARE_OUTSIDE));
    }

    private static Found find(Model model, CopyMode copy, int size, Path directory)
            throws Exception {
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.write(site.resolve("file"), new byte[size]);
        Path table = directory.resolve("table");
        try (FileServer server = Sluice.builder()
                .root(site)
                .port(0)
                .machinery(Machinery.defaults().withCell(new Cell(model, copy)))
                .build()
                .start()) {
            Target target = new Target(HttpUrl.parse(server.uri() + "file"), 1);
            // Threads for connections start, classes are loaded.
            load(target, Duration.ofMillis(500));
            try (CountingProbe probe =
                    CountingProbe.of((int) ProcessHandle.current().pid(), "not now")) {
                Process strace = attach(table);
                OwnCalls own = new OwnCalls();
                long before = own.getAsLong();
                probe.begin();
                LoadResult result = load(target, Duration.ofSeconds(2));
                probe.end();
                long after = own.getAsLong();
                strace.destroy();
                assertThat(strace.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

                assertThat(result.errors()).isEmpty();
                Double counted = probe.perRequest(result.responses()).systemCalls();
                return new Found(
                        calls(table, Set.of("total")) / result.responses(),
                        calls(table, OF_SOCKETS) / result.responses(),
                        counted == null ? Double.NaN : counted,
                        (double) (after - before) / result.responses());
            }
        }
    }

    private static LoadResult load(Target target, Duration time) throws IOException {
        LoadPlan plan = LoadPlan.of(target, Duration.ZERO, time).withConnections(8);
        return Load.run(plan, _ -> {}, Probe.NONE);
    }

    /** Begins to count all threads of this process. */
    private static Process attach(Path table) throws Exception {
        String self = Long.toString(ProcessHandle.current().pid());
        Process strace;
        try {
            strace = new ProcessBuilder("strace", "-c", "-f", "-o", table.toString(), "-p", self)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "strace(1) is not here");
            throw e;
        }
        BufferedReader said = strace.inputReader();
        String line = said.readLine();
        assumeTrue(
                line != null && line.contains("attached with"), "strace(1) may not trace: " + line);
        return strace;
    }

    /** Of the lines with these names, as "100.00 1.234567 11 112233 44 total". */
    private static double calls(Path table, Set<String> names) throws IOException {
        List<String[]> lines = Files.readAllLines(table).stream()
                .map(line -> line.strip().split(" +"))
                .toList();
        assertThat(lines.getLast()).endsWith("total");
        return lines.stream()
                .filter(line -> names.contains(line[line.length - 1]))
                .mapToDouble(line -> Double.parseDouble(line[3]))
                .sum();
    }
}
