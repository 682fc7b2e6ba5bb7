package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.server.ByteCount;

import java.util.List;
import java.util.Locale;

/**
 * What the answers of an access log have cost; {@link #text} for people, {@link #json} for
 * programs.
 *
 * @param log its name
 * @param answers lines that tell of an answer
 * @param badLines lines that could not be read
 * @param lostLines lines that the server says it has dropped
 * @param unknown answers whose CPU time is not known
 * @param bodyBytes bytes of bodies
 * @param cpuMicros CPU time of loops
 * @param paths by copy path, the dearest first
 * @param urls the dearest URLs, by CPU time and then by bytes; last what had no URL
 * @param urlsMayLack most CPU time that a URL may lack, because few are remembered at a time
 * @param savings null if no folder was given
 */
public record CostReport(
        String log,
        long answers,
        long badLines,
        long lostLines,
        long unknown,
        long bodyBytes,
        double cpuMicros,
        List<OfPath> paths,
        List<OfUrl> urls,
        double urlsMayLack,
        @Nullable Savings savings) {
    /** Bytes of a GB. */
    private static final double GB = 1e9;

    private static final String NO_URL = "(no URL: malformed requests)";
    private static final int URL_COLUMNS = 46;
    private static final double MICROS_PER_SECOND = 1e6;

    /**
     * Answers of one copy path.
     *
     * @param measured those whose CPU time is known
     * @param measuredBytes bytes of their bodies
     * @param cpuMicros their CPU time
     */
    public record OfPath(
            String path,
            long answers,
            long bytes,
            long measured,
            long measuredBytes,
            double cpuMicros) {}

    /**
     * Answers for one URL.
     *
     * @param target without its query; null for all requests that had none
     */
    public record OfUrl(@Nullable String target, long answers, long bytes, double cpuMicros) {}

    /**
     * What precompressing would save, found by compressing.
     *
     * @param files those that were compressed, the greatest saving first
     * @param passedOver more of these URLs than are compressed in one run
     */
    public record Savings(List<OfFile> files, long passedOver) {
        public Savings {
            files = List.copyOf(files);
        }

        /** Bytes less if every client took gzip. */
        public long bytes() {
            return files.stream().mapToLong(OfFile::saved).sum();
        }
    }

    /**
     * A file that could be precompressed.
     *
     * @param answers those that sent it whole, as it is
     * @param size its bytes
     * @param gzip its bytes compressed
     * @param sampled whether only its beginning was compressed
     */
    public record OfFile(String target, long answers, long size, long gzip, boolean sampled) {
        /** Bytes that these answers would not have sent. */
        public long saved() {
            return answers * (size - gzip);
        }
    }

    public CostReport {
        paths = List.copyOf(paths);
        urls = List.copyOf(urls);
    }

    /** One JSON object, as docs/lab.md says. */
    public String json() {
        return Json.text(this);
    }

    /** For a terminal, at most 100 columns wide. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (answers == 0) {
            line(text, "%s: no line tells of an answer", log);
            addLost(text);
            return text.toString();
        }
        line(
                text,
                "%s: %s, %s of bodies, %.3f s of CPU time",
                log,
                ByteCount.counted(answers, "answer"),
                bytes(bodyBytes),
                cpuMicros / MICROS_PER_SECOND);
        addLost(text);
        addPaths(text);
        addUrls(text);
        addSavings(text);
        return text.toString();
    }

    private void addLost(StringBuilder text) {
        if (badLines > 0) {
            line(
                    text,
                    "  %s could not be read and told nothing",
                    ByteCount.counted(badLines, "line"));
        }
        if (lostLines > 0) {
            line(text, "  the server dropped %s", ByteCount.counted(lostLines, "line"));
        }
        if (unknown > 0) {
            line(
                    text,
                    "  of %s the CPU time is not known; the figures do not include it",
                    ByteCount.counted(unknown, "answer"));
        }
    }

    private void addPaths(StringBuilder text) {
        line(text, "");
        line(
                text,
                "  %-14s %14s %12s %12s %14s %12s",
                "copy path",
                "answers",
                "bodies",
                "CPU s",
                "CPU us/answer",
                "CPU s/GB");
        for (OfPath path : paths) {
            line(
                    text,
                    "  %-14s %,14d %12s %12.3f %14s %12s",
                    cut(path.path, 14),
                    path.answers,
                    bytes(path.bytes),
                    path.cpuMicros / MICROS_PER_SECOND,
                    quotient("%.1f", path.cpuMicros, (double) path.measured),
                    quotient("%.3f", path.cpuMicros / MICROS_PER_SECOND, path.measuredBytes / GB));
        }
    }

    private void addUrls(StringBuilder text) {
        line(text, "");
        line(
                text,
                "  %-" + URL_COLUMNS + "s %12s %9s %8s %14s",
                "dearest URLs",
                "answers",
                "bodies",
                "CPU s",
                "of all CPU");
        for (OfUrl url : urls) {
            line(
                    text,
                    "  %-" + URL_COLUMNS + "s %,12d %9s %8.3f %14s",
                    url.target == null ? NO_URL : cut(url.target, URL_COLUMNS),
                    url.answers,
                    bytes(url.bytes),
                    url.cpuMicros / MICROS_PER_SECOND,
                    quotient("%.1f %%", 100 * url.cpuMicros, cpuMicros));
        }
        if (urlsMayLack > 0) {
            line(
                    text,
                    "  The log has more URLs than are remembered at a time: each of these may lack"
                            + " up to %.3f s.",
                    urlsMayLack / MICROS_PER_SECOND);
        }
    }

    private void addSavings(StringBuilder text) {
        line(text, "");
        if (savings == null) {
            line(
                    text,
                    "  What precompressing would save is found with --root DIR, the served"
                            + " folder.");
            return;
        }
        if (savings.files.isEmpty()) {
            line(
                    text,
                    "  Precompressing would save nothing: no file here was sent whole and"
                            + " uncompressed that");
            line(text, "  gzip makes smaller.");
            return;
        }
        line(
                text,
                "  Precompressing would save %s of %s, if every client takes gzip:",
                bytes(savings.bytes()),
                bytes(bodyBytes));
        for (OfFile file : savings.files.stream().limit(10).toList()) {
            line(
                    text,
                    "  %-" + URL_COLUMNS + "s %,12d x %9s -> %9s%s",
                    cut(file.target, URL_COLUMNS),
                    file.answers,
                    bytes(file.size),
                    bytes(file.gzip),
                    file.sampled ? " *" : "");
        }
        if (savings.files.stream().anyMatch(OfFile::sampled)) {
            line(text, "  * from its beginning");
        }
        if (savings.passedOver > 0) {
            line(text, "  %,d more URLs were not looked at.", savings.passedOver);
        }
    }

    private static void line(StringBuilder text, String form, Object... values) {
        text.append(String.format(Locale.ROOT, form, values).stripTrailing()).append('\n');
    }

    private static String quotient(String form, double dividend, double divisor) {
        return divisor > 0 ? String.format(Locale.ROOT, form, dividend / divisor) : "unknown";
    }

    /** Its end tells a long URL from others more often than its beginning. */
    private static String cut(String text, int columns) {
        // A client wrote it: a terminal must not take it for commands.
        String shown = text.replaceAll("[^ -~]", "?");
        return shown.length() <= columns
                ? shown
                : "..." + shown.substring(shown.length() - columns + 3);
    }

    private static String bytes(long bytes) {
        return ByteCount.rounded(bytes);
    }
}
