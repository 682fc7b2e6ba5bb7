package sluice.lab.cost;

import org.jspecify.annotations.Nullable;

import sluice.lab.CostReport;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One reading of an access log. Its memory does not grow with the log. */
public final class LogScan {
    /** How many URLs a report names. */
    private static final int URLS_TOLD = 10;
    /** How many files are compressed: some seconds of work. */
    static final int FILES_COMPRESSED = 100;
    /** How much of a file is compressed; a larger one is taken to go on as it begins. */
    static final long COMPRESSED_MAX = 8 << 20;
    /** Copy paths are few; a log that names more was not written by a server. */
    private static final int PATHS_MAX = 64;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final @Nullable ServedFolder folder;
    private final UrlCosts urls;
    private final Map<String, PathSum> paths = new HashMap<>();
    private final UrlCosts.One withoutUrl = new UrlCosts.One("", -1);
    private long answers;
    private long badLines;
    private long lostLines;
    private long unknown;
    private long bodyBytes;
    private double cpu;

    private static final class PathSum {
        long answers;
        long bytes;
        long measured;
        long measuredBytes;
        double cpu;
    }

    private LogScan(@Nullable ServedFolder folder) {
        this.folder = folder;
        urls = new UrlCosts(UrlCosts.KEPT, target -> folder == null ? -1 : folder.size(target));
    }

    /** Reads a log; {@code root} is the folder that was served, or null. */
    public static CostReport of(Path log, @Nullable Path root) throws IOException {
        LogScan scan = new LogScan(root == null ? null : new ServedFolder(root));
        try (InputStream in = Files.newInputStream(log)) {
            LineReader lines = new LineReader(in);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                scan.take(line);
            }
        }
        return scan.report(log.toString());
    }

    private void take(byte[] line) {
        JsonNode read;
        try {
            read = MAPPER.readTree(line);
        } catch (JacksonException malformed) {
            badLines++;
            return;
        }
        JsonNode dropped = read.path("dropped");
        if (dropped.isIntegralNumber()) {
            lostLines += dropped.asLong();
        } else if (read.path("path").isString()
                && read.path("bytes").isIntegralNumber()
                && read.path("status").isIntegralNumber()
                && (paths.size() < PATHS_MAX
                        || paths.containsKey(read.path("path").asString()))) {
            add(read);
        } else {
            badLines++;
        }
    }

    private void add(JsonNode line) {
        long bytes = line.path("bytes").asLong();
        JsonNode spent = line.path("cpu_us");
        double micros = spent.isNumber() ? spent.asDouble() : 0;
        answers++;
        bodyBytes += bytes;
        cpu += micros;
        PathSum path = paths.computeIfAbsent(line.path("path").asString(), _ -> new PathSum());
        path.answers++;
        path.bytes += bytes;
        if (spent.isNumber()) {
            path.measured++;
            path.measuredBytes += bytes;
            path.cpu += micros;
        } else {
            unknown++;
        }
        UrlCosts.One url = urlOf(line.path("target"));
        url.answers++;
        url.bytes += bytes;
        url.cpu += micros;
        boolean whole = line.path("status").asInt() == 200
                && line.path("method").asString("").equals("GET")
                && line.path("complete").asBoolean(false);
        url.whole += whole && bytes == url.size ? 1 : 0;
    }

    /** A request that could not be read has none. */
    private UrlCosts.One urlOf(JsonNode target) {
        if (!target.isString()) {
            return withoutUrl;
        }
        String url = target.asString();
        int query = url.indexOf('?');
        return urls.of(query < 0 ? url : url.substring(0, query));
    }

    private CostReport report(String name) {
        List<UrlCosts.One> dearest = urls.dearest();
        return new CostReport(
                name,
                answers,
                badLines,
                lostLines,
                unknown,
                bodyBytes,
                cpu,
                pathReports(),
                urlReports(dearest),
                urls.mayLack(),
                folder == null ? null : savings(folder, dearest));
    }

    private List<CostReport.OfUrl> urlReports(List<UrlCosts.One> dearest) {
        List<CostReport.OfUrl> told = new ArrayList<>(
                dearest.stream().limit(URLS_TOLD).map(UrlCosts.One::report).toList());
        if (withoutUrl.answers > 0) {
            told.add(new CostReport.OfUrl(
                    null, withoutUrl.answers, withoutUrl.bytes, withoutUrl.cpu));
        }
        return told;
    }

    private List<CostReport.OfPath> pathReports() {
        List<CostReport.OfPath> all = new ArrayList<>();
        paths.forEach((path, sum) -> all.add(new CostReport.OfPath(
                path, sum.answers, sum.bytes, sum.measured, sum.measuredBytes, sum.cpu)));
        all.sort(Comparator.comparingDouble(CostReport.OfPath::cpuMicros)
                .thenComparingLong(CostReport.OfPath::bytes)
                .reversed());
        return all;
    }

    /** Compresses those that sent most, and keeps what became smaller. */
    private static CostReport.Savings savings(ServedFolder folder, List<UrlCosts.One> known) {
        List<UrlCosts.One> sent = known.stream()
                .filter(one -> one.whole > 0 && one.size > 0)
                .sorted(Comparator.comparingLong((UrlCosts.One one) -> one.whole * one.size)
                        .reversed())
                .toList();
        List<CostReport.OfFile> files = new ArrayList<>();
        for (UrlCosts.One one : sent.stream().limit(FILES_COMPRESSED).toList()) {
            try {
                boolean sampled = one.size > COMPRESSED_MAX;
                long gzip = folder.gzip(one.target, COMPRESSED_MAX);
                long all = sampled ? (long) ((double) gzip * one.size / COMPRESSED_MAX) : gzip;
                if (all < one.size) {
                    files.add(new CostReport.OfFile(one.target, one.whole, one.size, all, sampled));
                }
            } catch (IOException gone) {
                // Whoever removed the file since has saved more.
            }
        }
        files.sort(Comparator.comparingLong(CostReport.OfFile::saved).reversed());
        return new CostReport.Savings(files, Math.max(0, sent.size() - FILES_COMPRESSED));
    }
}
