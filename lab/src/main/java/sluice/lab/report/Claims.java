package sluice.lab.report;

import sluice.lab.BufferPrice;
import sluice.lab.CellResult;
import sluice.lab.Estimate;
import sluice.lab.Figure;
import sluice.lab.JobResult;
import sluice.lab.LabResults;
import sluice.lab.report.Figures.Comparison;
import sluice.lab.report.Verdict.Finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What tutorials claim, and what a run says of it. */
final class Claims {
    /** A pair of calls for each buffer, where sendfile takes the same bytes by one. */
    private static final double LEAST_CALLS = 2;

    /** Those of C10K. */
    private static final int MANY = 10_000;

    private static final Claim COPIES = Claim.of(
            "read and write cost more CPU time than sendfile: two copies more, two switches more"
                    + " for each buffer",
            "copy",
            Map.of("copy", "direct"),
            Map.of("copy", "sendfile"),
            "within the processor's cache a copy costs little beside the socket");

    private static final Claim GIGABYTE = Claim.of(
            "1 GB by read and write in 4 KiB costs more CPU time than by sendfile",
            "gigabyte",
            Map.of("copy", "heap"),
            Map.of("copy", "sendfile"),
            "a system call and 4 KiB from the cache cost little beside the socket");

    private static final Claim GIGABYTE_TIME = new Claim(
            "1 GB by read and write in 4 KiB takes longer than by sendfile (18.4 s against 8.5 s on"
                    + " Linux 2.6, 2.16 times)",
            Figure.TIME,
            List.of("gigabyte"),
            Map.of("copy", "heap"),
            Map.of("copy", "sendfile"),
            "the client takes the bytes no faster than the slower of the two sends them");

    private static final Claim HEAP = Claim.of(
            "a heap buffer costs one copy more than a direct one",
            "buffers",
            Map.of("copy", "heap"),
            Map.of("copy", "direct"),
            "the copy of a buffer that stays in the processor's cache is within the noise");

    private static final Claim BLOCKING_BYTES = Claim.of(
            "for the bytes of large files, a thread that blocks for its connection uses less CPU"
                    + " time than a loop that asks for all of them",
            "bulk",
            Map.of("model", "epoll"),
            Map.of("model", "blocking"),
            "what a byte costs is its copies, which are the same; a thread that sleeps for each"
                    + " buffer of the socket costs a switch");

    private static final Claim BLOCKING_ANSWERS = Claim.of(
            "for small answers, a thread that blocks for its connection uses less CPU time than a"
                    + " loop, too",
            "models",
            Map.of("model", "epoll"),
            Map.of("model", "blocking"),
            "a thread that finds nothing sleeps, and to wake it costs more than a share of one"
                    + " epoll_wait(2) for all connections that are ready");

    private static final Claim POLLING = new Claim(
            "non-blocking calls without a notification burn CPU time",
            Figure.CPU,
            List.of("quiet", "waiting", "models"),
            Map.of("model", "nonblocking"),
            Map.of("model", "epoll"),
            "while every connection is busy, almost each question finds something");

    private static final Claim THREADS = Claim.of(
            "a thread for each of ten thousand connections uses more CPU time than a loop",
            "c10k",
            Map.of("model", "blocking"),
            Map.of("model", "epoll"),
            "threads that are always ready need no wake-ups");

    private static final Claim BLOCKED_LOOP = new Claim(
            "a handler that blocks holds up all clients of its loop; workers let them go on",
            Figure.TIME,
            List.of("blocks"),
            Map.of("reactor", "single"),
            Map.of("reactor", "workers"),
            "the workers are as few as the loops");

    private Claims() {}

    /** A verdict on each. */
    static List<Verdict> of(LabResults results) {
        List<Verdict> all = new ArrayList<>();
        all.add(COPIES.judge(results));
        all.add(switches(results));
        all.add(GIGABYTE.judge(results));
        all.add(GIGABYTE_TIME.judge(results));
        all.add(HEAP.judge(results));
        all.add(directBuffers(results));
        for (String model : List.of("select", "poll", "epoll")) {
            all.add(idle(results, model));
        }
        all.add(BLOCKING_BYTES.judge(results));
        all.add(BLOCKING_ANSWERS.judge(results));
        all.add(POLLING.judge(results));
        all.add(BLOCKED_LOOP.judge(results));
        all.add(manyConnections(results));
        all.add(THREADS.judge(results));
        return all;
    }

    /** A count has no noise: two calls per buffer against one per piece, two switches each. */
    private static Verdict switches(LabResults results) {
        String claim = "read and write switch modes four times for a buffer, sendfile twice";
        String job = Figures.job(results, "gigabyte").isPresent() ? "gigabyte" : "copy";
        double copied = calls(results, job, "direct");
        double sent = calls(results, job, "sendfile");
        if (Double.isNaN(copied) || Double.isNaN(sent)) {
            return Verdict.unmeasured(
                    claim, "nobody counted system calls of both in the job " + job);
        }
        String evidence = "system calls for a file in the job " + job + ": " + Text.number(copied)
                + " by read and write" + forEachBuffer(results, job, copied) + ", "
                + Text.number(sent) + " by sendfile";
        return copied >= LEAST_CALLS * sent
                ? new Verdict(claim, Finding.CONFIRMED, evidence, job)
                : new Verdict(
                        claim,
                        Finding.NOT_HERE,
                        evidence
                                + ". A likely reason: the socket takes less at a time than a"
                                + " buffer holds",
                        job);
    }

    /** Each call switches twice: two calls for a buffer are four switches. */
    private static String forEachBuffer(LabResults results, String job, double calls) {
        return Figures.job(results, job)
                .flatMap(found -> Claim.most(found, Map.of("copy", "direct")))
                .map(CellResult::settings)
                .filter(settings -> settings.buffer() > 0)
                .map(settings -> " (" + Text.number(calls * settings.buffer() / settings.file())
                        + " for each buffer)")
                .orElse("");
    }

    /** Not a number if nobody counted them. */
    private static double calls(LabResults results, String job, String copy) {
        return Figures.job(results, job)
                .flatMap(found -> Claim.most(found, Map.of("copy", copy)))
                .map(Claim::calls)
                .orElse(Double.NaN);
    }

    private static Verdict directBuffers(LabResults results) {
        String claim = "a direct buffer is dearer to make than one on the heap";
        BufferPrice price = results.buffers();
        if (price == null) {
            return Verdict.unmeasured(claim, "the job buffers did not run");
        }
        Estimate ratio = Estimate.ofRatios(price.direct(), price.heap());
        String figures = "%s us, on the heap %s us, in an arena that is closed %s us for %d KiB"
                .formatted(
                        Text.number(Estimate.of(price.direct()).median()),
                        Text.number(Estimate.of(price.heap()).median()),
                        Text.number(Estimate.of(price.arena()).median()),
                        price.size() / 1_024);
        boolean isDearer = ratio.median() > 1;
        return new Verdict(
                claim,
                !ratio.excludes(1)
                        ? Finding.UNDECIDED
                        : isDearer ? Finding.CONFIRMED : Finding.NOT_HERE,
                "direct " + figures + ": " + Text.number(ratio.median()) + " times ("
                        + Text.number(ratio.low()) + " to " + Text.number(ratio.high()) + ")"
                        + (isDearer
                                ? ""
                                : ". A likely reason: of both, to write zeros is the larger"
                                        + " part"),
                "buffers");
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
            return Verdict.unmeasured(
                    claim, "neither the job idle nor waiting has two figures for " + model);
        }
        List<CellResult> cells = besideIdle(job.get(), model);
        Comparison is = Figures.compare(job.get(), cells.getLast(), cells.getFirst());
        String evidence = cells.getLast().settings().idle() + " idle connections to "
                + cells.getFirst().settings().idle() + ": CPU time per request " + is.words();
        if (!is.differs() && !Figures.isQuiet(job.get(), Figure.CPU)) {
            return Claim.tooNoisy(claim, evidence, job.get());
        }
        boolean grew = is.differs() && is.ratio().median() > 1;
        if (grew == grows) {
            String limit = grows ? "" : seen(job.get());
            return new Verdict(
                    claim, Finding.CONFIRMED, evidence + limit, job.get().name());
        }
        return new Verdict(
                claim,
                Finding.NOT_HERE,
                evidence
                        + (grows
                                ? ". A likely reason: so few are asked in little time"
                                : ". A likely reason: idle connections take the processor's"
                                        + " caches, too"),
                job.get().name());
    }

    /** What is alike is so within what can be seen. */
    private static String seen(JobResult job) {
        Double noise = job.noise();
        return noise == null ? "" : "; less than " + Text.percent(noise) + " would not be seen";
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
        List<JobResult> jobs = Stream.of("connections", "c10k")
                .flatMap(job -> Figures.job(results, job).stream())
                .toList();
        Optional<CellResult> most = jobs.stream()
                .flatMap(job -> Figures.measured(job).stream())
                .max(Comparator.comparingInt(cell -> cell.settings().connections()));
        if (most.isEmpty() || most.get().settings().connections() < MANY) {
            return Verdict.unmeasured(
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
        String evidence = cell.name() + ": " + Text.number(rate) + " requests/s, p99 "
                + Text.number(Estimate.of(Figure.P99.of(cell)).median() / 1e3)
                + " ms, every answer right";
        JobResult tried = jobs.stream()
                .filter(job -> job.cells().contains(cell))
                .findFirst()
                .orElseThrow();
        return jobs.stream().allMatch(job -> job.disturbance() == null)
                ? new Verdict(claim, Finding.CONFIRMED, evidence, tried.name())
                : Claim.tooNoisy(claim, evidence, tried);
    }
}
