package sluice.lab.report;

import sluice.lab.BufferPrice;
import sluice.lab.CellResult;
import sluice.lab.Counts;
import sluice.lab.Estimate;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.report.Figures.Comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this machine says of something that tutorials claim.
 *
 * @param evidence the figures behind the finding
 */
record Verdict(String claim, Finding finding, String evidence) {
    /** Whether it holds. */
    enum Finding {
        CONFIRMED("confirmed"),
        NOT_HERE("not here"),
        UNDECIDED("undecided"),
        NOT_MEASURED("not measured");

        final String words;

        Finding(String words) {
            this.words = words;
        }
    }

    /** A pair of calls for each buffer, where sendfile takes the same bytes by one. */
    private static final double LEAST_CALLS = 2;

    /** On every claim. */
    static List<Verdict> all(LabResults results) {
        List<Verdict> all = new ArrayList<>();
        all.add(copies(results));
        all.add(switches(results));
        all.add(gigabyte(results));
        all.add(heap(results));
        all.add(directBuffers(results));
        for (String model : List.of("select", "poll", "epoll")) {
            all.add(idle(results, model));
        }
        all.add(blocking(results));
        all.add(polling(results));
        all.add(manyConnections(results));
        all.add(threads(results));
        return all;
    }

    private static Verdict unmeasured(String claim, String what) {
        return new Verdict(claim, Finding.NOT_MEASURED, what);
    }

    private static Verdict dearer(
            String claim,
            LabResults results,
            String job,
            Map<String, String> dear,
            Map<String, String> cheap) {
        Optional<Comparison> found = Figures.job(results, job).flatMap(of -> pair(of, dear, cheap));
        if (found.isEmpty()) {
            return unmeasured(claim, "the job " + job + " has no figures for both");
        }
        Comparison is = found.get();
        boolean holds = is.differs() && is.ratio().median() > 1;
        return verdict(
                Figures.job(results, job).orElseThrow(),
                is,
                claim,
                holds,
                is.cell().name() + " to " + is.base().name() + ": CPU time per request "
                        + is.words());
    }

    /** That two cells are alike counts only where less than a difference would have been seen. */
    private static Verdict verdict(
            JobResult job, Comparison is, String claim, boolean holds, String evidence) {
        if (!is.differs() && !Figures.isQuiet(job)) {
            return new Verdict(
                    claim, Finding.UNDECIDED, evidence + ", but the machine was too noisy to tell");
        }
        return new Verdict(claim, holds ? Finding.CONFIRMED : Finding.NOT_HERE, evidence);
    }

    private static Optional<Comparison> pair(
            JobResult job, Map<String, String> dear, Map<String, String> cheap) {
        return last(job, dear).flatMap(cell -> {
            Map<String, String> other = new HashMap<>(cell.varied());
            other.putAll(cheap);
            return Figures.cell(job, other).map(base -> Figures.compare(job, cell, base));
        });
    }

    /** The cell with these values and the largest file. */
    private static Optional<CellResult> last(JobResult job, Map<String, String> values) {
        return Figures.measured(job).stream()
                .filter(cell -> cell.varied().entrySet().containsAll(values.entrySet()))
                .max(Comparator.comparingLong(cell -> cell.settings().file()));
    }

    private static Verdict copies(LabResults results) {
        return dearer(
                "read and write cost more CPU time than sendfile: two copies more, two switches"
                        + " more for each buffer",
                results,
                "copy",
                Map.of("copy", "direct"),
                Map.of("copy", "sendfile"));
    }

    /** A count has no noise: two calls per buffer against one per piece, two switches each. */
    private static Verdict switches(LabResults results) {
        String claim = "read and write switch modes four times for a buffer, sendfile twice";
        String job = Figures.job(results, "gigabyte").isPresent() ? "gigabyte" : "copy";
        double copied = calls(results, job, "direct");
        double sent = calls(results, job, "sendfile");
        if (Double.isNaN(copied) || Double.isNaN(sent)) {
            return unmeasured(claim, "nobody counted system calls of both in the job " + job);
        }
        return new Verdict(
                claim,
                copied >= LEAST_CALLS * sent ? Finding.CONFIRMED : Finding.NOT_HERE,
                "system calls for a file in the job " + job + ": " + Text.number(copied)
                        + " by read and write, " + Text.number(sent) + " by sendfile");
    }

    /** Not a number if nobody counted them. */
    private static double calls(LabResults results, String job, String copy) {
        return Figures.job(results, job)
                .flatMap(found -> last(found, Map.of("copy", copy)))
                .map(CellResult::counts)
                .map(Counts::systemCalls)
                .orElse(Double.NaN);
    }

    private static Verdict gigabyte(LabResults results) {
        return dearer(
                "1 GB by read and write in 4 KiB costs more CPU time than by sendfile",
                results,
                "gigabyte",
                Map.of("copy", "heap"),
                Map.of("copy", "sendfile"));
    }

    private static Verdict directBuffers(LabResults results) {
        String claim = "a direct buffer is dearer to make than one on the heap";
        BufferPrice price = results.buffers();
        if (price == null) {
            return unmeasured(claim, "the job buffers did not run");
        }
        Estimate ratio = Estimate.ofRatios(price.direct(), price.heap());
        String figures = "%s us, on the heap %s us, in an arena that is closed %s us for %d KiB"
                .formatted(
                        Text.number(Estimate.of(price.direct()).median()),
                        Text.number(Estimate.of(price.heap()).median()),
                        Text.number(Estimate.of(price.arena()).median()),
                        price.size() / 1_024);
        return new Verdict(
                claim,
                !ratio.excludes(1)
                        ? Finding.UNDECIDED
                        : ratio.median() > 1 ? Finding.CONFIRMED : Finding.NOT_HERE,
                "direct " + figures + ": " + Text.number(ratio.median()) + " times ("
                        + Text.number(ratio.low()) + " to " + Text.number(ratio.high()) + ")");
    }

    private static Verdict heap(LabResults results) {
        return dearer(
                "a heap buffer costs one copy more than a direct one",
                results,
                "buffers",
                Map.of("copy", "heap"),
                Map.of("copy", "direct"));
    }

    private static Verdict blocking(LabResults results) {
        return dearer(
                "a thread that blocks for its connection uses less CPU time than a loop that asks"
                        + " for all of them",
                results,
                "models",
                Map.of("model", "epoll"),
                Map.of("model", "blocking"));
    }

    private static Verdict threads(LabResults results) {
        return dearer(
                "a thread for each of ten thousand connections uses more CPU time than a loop",
                results,
                "c10k",
                Map.of("model", "blocking"),
                Map.of("model", "epoll"));
    }

    private static Verdict polling(LabResults results) {
        return dearer(
                "non-blocking calls without a notification burn CPU time",
                results,
                Figures.job(results, "waiting").isPresent() ? "waiting" : "models",
                Map.of("model", "nonblocking"),
                Map.of("model", "epoll"));
    }

    private static Verdict idle(LabResults results, String model) {
        boolean grows = !model.equals("epoll");
        String claim = "the cost of " + model + (grows ? " grows" : " does not grow")
                + " with idle connections";
        Optional<JobResult> job = Stream.of("idle", "waiting")
                .flatMap(name -> Figures.job(results, name).stream())
                .filter(found -> besideIdle(found, model).size() > 1)
                .findFirst();
        if (job.isEmpty()) {
            return unmeasured(
                    claim, "neither the job idle nor waiting has two figures for " + model);
        }
        List<CellResult> cells = besideIdle(job.get(), model);
        Comparison is = Figures.compare(job.get(), cells.getLast(), cells.getFirst());
        boolean grew = is.differs() && is.ratio().median() > 1;
        return verdict(
                job.get(),
                is,
                claim,
                grew == grows,
                cells.getLast().settings().idle() + " idle connections to "
                        + cells.getFirst().settings().idle() + ": CPU time per request "
                        + is.words());
    }

    /** The cells of a model, from few idle connections to many. */
    private static List<CellResult> besideIdle(JobResult job, String model) {
        return Figures.measured(job).stream()
                .filter(cell -> cell.settings().model().equals(model))
                .sorted(Comparator.comparingInt(cell -> cell.settings().idle()))
                .toList();
    }

    private static Verdict manyConnections(LabResults results) {
        String claim = "ten thousand connections are no problem for one machine";
        Optional<CellResult> most = Stream.of("connections", "c10k")
                .flatMap(job -> Figures.job(results, job).stream())
                .flatMap(job -> Figures.measured(job).stream())
                .max(Comparator.comparingInt(cell -> cell.settings().connections()));
        if (most.isEmpty() || most.get().settings().connections() < 10_000) {
            return unmeasured(
                    claim,
                    "at most "
                            + most.map(cell -> cell.settings().connections()).orElse(0)
                            + " were tried; the job c10k tries 10,000");
        }
        CellResult cell = most.get();
        double rate = cell.rounds().stream()
                .mapToDouble(round -> round.load().rate())
                .average()
                .orElse(0);
        return new Verdict(
                claim,
                Finding.CONFIRMED,
                cell.name() + ": " + Text.number(rate) + " requests/s, every answer right");
    }
}
