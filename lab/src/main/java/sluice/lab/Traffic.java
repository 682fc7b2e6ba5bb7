package sluice.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.client.HttpUrl;
import sluice.server.ByteCount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What clients asked for, as an access log of {@code serve} tells it.
 *
 * @param root directory of the files
 * @param pages what is asked for, in the order of how often
 * @param requests of the log that these stand for
 * @param left lines of the log that are left out
 */
public record Traffic(Path root, List<Page> pages, long requests, long left) {
    /** What a machine's memory of recent files is about; the others are asked for rarely. */
    static final int PAGES_MAX = 1_000;

    private static final int OK = 200;

    /** A target and how often it is asked for. */
    public record Page(String target, long times) {}

    /** Of a line, what matters here. */
    record Line(@Nullable String method, @Nullable String target, int status) {}

    public Traffic {
        pages = List.copyOf(pages);
    }

    /**
     * Reads a log. A request is replayed if it was a GET, and its answer a whole file.
     *
     * @throws IllegalArgumentException if a line is no JSON, with its number, or nothing can be
     *     replayed
     */
    public static Traffic read(Path log, Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException(root + " is no directory");
        }
        Map<String, Long> times = new HashMap<>();
        long[] lines = new long[1];
        try (Stream<String> all = Files.lines(log, US_ASCII)) {
            all.forEach(text -> {
                lines[0]++;
                Line line = line(log, lines[0], text);
                String target = line.target();
                if ("GET".equals(line.method())
                        && line.status() == OK
                        && target != null
                        && target.startsWith("/")) {
                    times.merge(target, 1L, Long::sum);
                }
            });
        }
        List<Page> pages = times.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(PAGES_MAX)
                .map(page -> new Page(page.getKey(), page.getValue()))
                .toList();
        if (pages.isEmpty()) {
            throw new IllegalArgumentException(log + " has no GET that was answered with 200");
        }
        long requests = pages.stream().mapToLong(Page::times).sum();
        return new Traffic(root, pages, requests, lines[0] - requests);
    }

    private static Line line(Path log, long number, String text) {
        try {
            return Json.some(text, Line.class);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(log + ", line " + number + ": " + e.getMessage(), e);
        }
    }

    /** What to load on a port; the rarest is asked for once in a turn. */
    public List<Target> targets(int port) {
        long most = pages.getFirst().times();
        double scale = most <= Target.WEIGHT_MAX ? 1 : (double) Target.WEIGHT_MAX / most;
        return pages.stream()
                .map(page ->
                        new Target(new HttpUrl("127.0.0.1", port, page.target()), Math.max(1, (int)
                                Math.round(page.times() * scale))))
                .toList();
    }

    /** What is replayed, and what is not. */
    public String words() {
        return ByteCount.counted(requests, "request") + " for "
                + ByteCount.counted(pages.size(), "URL") + "; "
                + ByteCount.counted(left, "line") + " left out";
    }

    /** Tells this traffic from other traffic. */
    public String mark() {
        CRC32C sum = new CRC32C();
        pages.forEach(
                page -> sum.update((page.times() + " " + page.target() + "\n").getBytes(US_ASCII)));
        return words() + String.format(Locale.ROOT, " (CRC-32C %08x)", sum.getValue());
    }
}
