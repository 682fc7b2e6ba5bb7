package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult.Outcome;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as a run of the lab finds them, made up. */
final class Findings {
    private Findings() {}

    static CellResult.Round round(double cpu) {
        return round(cpu, 1_000, 300);
    }

    /** A round with so many requests per second, and microseconds that 1 of 100 exceeds. */
    static CellResult.Round round(double cpu, double rate, double p99) {
        LoadReport.Times times = new LoadReport.Times(100, 200, p99, p99 + 100, p99 + 200);
        LoadReport load = new LoadReport(
                List.of("http://h/"),
                64,
                0,
                1,
                true,
                1,
                1_000,
                rate,
                1_024_000,
                Map.of(),
                Map.of(200, 1_000L),
                0,
                0,
                times,
                null,
                0.5,
                9,
                null,
                List.of(),
                true);
        return new CellResult.Round(
                1.5,
                load,
                new ServerMeasures(
                        new LoadReport.Cpu(cpu / 4, cpu * 3 / 4),
                        0.1,
                        0.2,
                        0.3,
                        0.0,
                        1L << 20,
                        0.01),
                new Surroundings(0.02, 0, 0, 0),
                null);
    }

    static CellResult cell(String model, double... cpu) {
        return new CellResult(
                Map.of("model", model),
                Settings.DEFAULTS,
                Outcome.MEASURED,
                null,
                new CellResult.WarmUp(2, true, 20, 10, 50_000L, 1.5, 0.8),
                Arrays.stream(cpu).mapToObj(Findings::round).toList(),
                new Counts(3.02, Counts.PERF, 41.5, 2L, Counts.JMX, null, null, null, null));
    }

    /** A cell with these settings, the rest as by default, in rounds of so many requests/s. */
    static CellResult cell(Map<String, Object> varied, double cpu, double... rates) {
        Map<String, String> names = new LinkedHashMap<>();
        varied.forEach((name, value) -> names.put(name, String.valueOf(value)));
        return new CellResult(
                names,
                Json.settings("one", varied),
                Outcome.MEASURED,
                null,
                null,
                Arrays.stream(rates).mapToObj(rate -> round(cpu, rate, 300)).toList(),
                null);
    }

    static CellResult withP99(CellResult cell, double micros) {
        return new CellResult(
                cell.varied(),
                cell.settings(),
                cell.outcome(),
                null,
                null,
                cell.rounds().stream()
                        .map(round -> round(round.server().cpu().total(), 1_000, micros))
                        .toList(),
                null);
    }

    /** A cell of a copy path whose system calls were counted, or not. */
    static CellResult counted(String copy, @Nullable Double systemCalls) {
        CellResult cell = cell(copy, 10, 10);
        return new CellResult(
                Map.of("copy", copy),
                cell.settings(),
                cell.outcome(),
                null,
                cell.warmUp(),
                cell.rounds(),
                new Counts(
                        systemCalls, Counts.PERF, 41.5, 2L, Counts.JMX, 1_024.0, 0.0, null, null));
    }

    static CellResult among(CellResult cell, Surroundings surroundings) {
        return new CellResult(
                cell.varied(),
                cell.settings(),
                cell.outcome(),
                cell.reason(),
                cell.warmUp(),
                cell.rounds().stream()
                        .map(round -> new CellResult.Round(
                                round.at(),
                                round.load(),
                                round.server(),
                                surroundings,
                                round.start()))
                        .toList(),
                cell.counts());
    }

    static JobResult job(String name, List<String> axes, CellResult... cells) {
        return new JobResult(name, "Why?", axes, 0.01, 0.01, 0.01, 1L << 20, 0.5, List.of(cells));
    }

    static JobResult job(CellResult... cells) {
        return new JobResult(
                "one", "Why?", List.of("model"), 0.01, 0.01, 0.01, 1L << 20, 0.5, List.of(cells));
    }

    static LabResults run(JobResult... jobs) {
        return new LabResults(
                LabResults.SCHEMA,
                "1",
                "2026-11-28T00:00:00Z",
                60,
                true,
                LabPlan.Timing.TOUR,
                Environment.here(),
                List.of(),
                List.of(jobs),
                null,
                List.of());
    }
}
