package sluice.lab.job;

import org.jspecify.annotations.Nullable;

import sluice.lab.CellResult;
import sluice.lab.Counts;
import sluice.lab.Job;
import sluice.lab.LoadError;
import sluice.lab.LoadPlan;
import sluice.lab.LoadReport;
import sluice.lab.LoadResult;
import sluice.lab.Probe;
import sluice.lab.Settings;
import sluice.lab.Target;
import sluice.lab.load.LoadRun;
import sluice.lab.measure.CountingProbe;
import sluice.lab.measure.ServerProbe;
import sluice.lab.measure.SurroundingsProbe;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One cell while it is measured: running until it ends with figures, or earlier with a reason.
 */
final class Arm {
    /** In which is counted what counting slows down. */
    private static final Duration COUNTING = Duration.ofMillis(500);
    /** Connections that were just opened are not yet in the rhythm of the others. */
    private static final Duration SETTLE = Duration.ofMillis(100);
    /** Of larger files few end in a round: then an answer ends it, not the clock. */
    private static final long LARGE = 16 << 20;
    /** So much is sent in a round of large files, at least one of them on each connection. */
    private static final long LARGE_ROUND = 1L << 30;
    /** A busy machine may give a server no time in a round: the next one is so much longer. */
    private static final int LONGER = 10;

    /** For requests that are counted, a process and a machine that are slow. */
    private static final Duration COUNTED_MOST = Duration.ofSeconds(120);
    /** Turns the order of requests: a prime, so that all are first one day. */
    private static final int STRIDE = 7_919;

    private final Job.Cell cell;
    private final SiteFiles files;
    private final Rounds rounds = new Rounds();
    private @Nullable ServerProcess server;
    private @Nullable Starter starter;
    private List<Target> targets = List.of();
    private int turns;
    private final WarmUpParts warmUp = new WarmUpParts();
    private @Nullable Counts counts;
    private CellResult.Outcome outcome = CellResult.Outcome.MEASURED;
    private @Nullable String reason;

    Arm(Job.Cell cell, SiteFiles files) {
        this.cell = cell;
        this.files = files;
    }

    Job.Cell cell() {
        return cell;
    }

    boolean isRunning() {
        return outcome == CellResult.Outcome.MEASURED;
    }

    void use(ServerProcess started) {
        server = started;
    }

    /** Starts another server like the first. */
    interface Starter {
        ServerProcess start() throws IOException, ServerProcess.Refused;
    }

    /** Each round is to have a fresh server. */
    void useFresh(Starter each) {
        starter = each;
    }

    void skip(String why) {
        end(CellResult.Outcome.SKIPPED, why);
    }

    void fail(String why) {
        end(CellResult.Outcome.FAILED, why);
    }

    private void end(CellResult.Outcome how, String why) {
        if (isRunning()) {
            outcome = how;
            reason = why;
        }
    }

    CellResult result() {
        return new CellResult(
                cell.varied(),
                cell.settings(),
                outcome,
                reason,
                warmUp.result(files.count(cell.settings())),
                isRunning() ? rounds.kept() : List.of(),
                isRunning() ? counts : null,
                isRunning() ? List.of() : rounds.kept(),
                rounds.repeated());
    }

    /** Compares the first answer with its file. */
    void check() {
        attempt(running -> files.check(cell.settings(), running.port()));
    }

    /** How many parts its warm-up has had. */
    int warmUpParts() {
        return warmUp.count();
    }

    /** Whether there is nothing to warm up, or no longer. */
    boolean isWarm(double mostSeconds) {
        return !isRunning()
                || server == null
                || warmUp.isFlat(files.count(cell.settings()))
                || warmUp.seconds() >= mostSeconds;
    }

    /** Loads the server as a round does; what is found then is kept apart. */
    void warmUp() {
        attempt(running -> {
            long begun = System.nanoTime();
            ServerProbe there = new ServerProbe(running.pid());
            ServerProbe here = new ServerProbe((int) ProcessHandle.current().pid());
            LoadPlan plan = plan(running, Duration.ZERO, WarmUpParts.TIME);
            LoadResult result = withIdle(running, plan, Probe.all(List.of(there, here)));
            warmUp.add(seconds(begun), result.responses(), there, here);
            // Ten thousand connections may come too fast for a cold server: rounds count that.
            if (result.errors().keySet().stream().anyMatch(LoadError::isWrongAnswer)) {
                fail(running, errors(LoadReport.of(plan, result, null)));
            }
        });
    }

    /** Measures a round, again if it is disturbed; {@code labBegun} is when the lab began. */
    void measure(Duration time, long labBegun) {
        rounds.take(() -> measureOnce(time, labBegun));
    }

    private void measureOnce(Duration time, long labBegun) {
        if (starter != null) {
            measureFresh(starter, labBegun);
            return;
        }
        attempt(running -> {
            if (cell.settings().cold()) {
                files.evict(cell.settings());
            }
            if (!round(running, plan(running, SETTLE, time), labBegun)
                    && !round(
                            running, plan(running, SETTLE, time.multipliedBy(LONGER)), labBegun)) {
                fail("no answer came");
            }
        });
    }

    /** A round that begins with the start of a server. */
    private void measureFresh(Starter each, long labBegun) {
        if (!isRunning()) {
            return;
        }
        long begun = System.nanoTime();
        try (ServerProcess fresh = each.start()) {
            double listening = seconds(begun);
            attempt(fresh, running -> {
                LoadPlan plan = plan(running, Duration.ZERO, COUNTED_MOST)
                        .withRequests(cell.settings().first());
                ServerProbe probe = ServerProbe.sinceStart(running.pid());
                if (!round(running, plan, probe, labBegun, listening)) {
                    fail("no answer came");
                }
                files.check(cell.settings(), running.port());
            });
        } catch (IOException | ServerProcess.Refused e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private boolean round(ServerProcess running, LoadPlan plan, long labBegun) throws IOException {
        return round(running, plan, new ServerProbe(running.pid()), labBegun, null);
    }

    /**
     * One round; {@code start} is how many seconds the server took to listen, if they are part of
     * it.
     *
     * @return false if no answer came, not even a wrong one
     */
    private boolean round(
            ServerProcess running,
            LoadPlan plan,
            ServerProbe probe,
            long labBegun,
            @Nullable Double start)
            throws IOException {
        SurroundingsProbe machine = new SurroundingsProbe(running.pid());
        LoadResult result = withIdle(running, plan, Probe.all(List.of(machine, probe)));
        if (isInterrupted()) {
            return true; // A round that was cut short is none.
        }
        if (result.responses() == 0 && result.failed() == 0) {
            return false;
        }
        // The settings or the traffic tell them once for all rounds.
        LoadReport report = LoadReport.of(plan, result, null).withoutUrls();
        rounds.add(new CellResult.Round(
                seconds(labBegun),
                report,
                probe.perRequest(result.responses()),
                machine.found(),
                start == null ? null : start + result.seconds()));
        if (result.failed() > 0) {
            fail(running, errors(report));
        }
        return true;
    }

    private static String errors(LoadReport report) {
        return report.errors().entrySet().stream()
                .map(error -> error.getValue() + " " + error.getKey())
                .collect(Collectors.joining(", "));
    }

    /** Counts what a round would not measure undisturbed. */
    void count() {
        attempt(running -> {
            String notOwn = SelfCount.refusal(cell.settings());
            try (CountingProbe probe = CountingProbe.of(running.pid(), notOwn)) {
                LoadResult result = withIdle(running, plan(running, SETTLE, COUNTING), probe);
                if (result.responses() > 0 && !isInterrupted()) {
                    counts = withBytes(probe.perRequest(result.responses()));
                }
            }
        });
    }

    private Counts withBytes(Counts others) throws IOException {
        Settings settings = cell.settings();
        if (!settings.engine().equals(Settings.SLUICE)) {
            return others;
        }
        BytesMoved bytes = BytesMoved.of(settings, files);
        return others.withBytes(
                bytes.kernel(), bytes.user(), bytes.zeroCopySends(), bytes.zeroCopyCopied());
    }

    private interface Step {
        void run(ServerProcess running) throws IOException;
    }

    private void attempt(Step step) {
        if (isRunning() && server != null) {
            attempt(server, step);
        }
    }

    private void attempt(ServerProcess running, Step step) {
        try {
            step.run(running);
        } catch (IOException | RuntimeException e) {
            fail(running, String.valueOf(e.getMessage()));
        }
    }

    /** Fails by the end of its server if it has ended: what the clients saw only follows. */
    private void fail(ServerProcess running, String otherwise) {
        // Ctrl-C reaches the servers, too: what an interrupted step finds says nothing of them.
        if (isRunning() && !isInterrupted()) {
            fail(Objects.requireNonNullElse(running.ending(), otherwise));
        }
    }

    private LoadResult withIdle(ServerProcess running, LoadPlan plan, Probe probe)
            throws IOException {
        int idle = cell.settings().idle();
        if (idle == 0) {
            return new LoadRun(plan, _ -> {}, probe).run();
        }
        try (IdleClients clients = IdleClients.open(running.port(), idle)) {
            LoadResult result = new LoadRun(plan, _ -> {}, probe).run();
            if (clients.held() < idle) {
                throw new IOException("the server closed " + (idle - clients.held())
                        + " idle connections meanwhile");
            }
            return result;
        } catch (IdleClients.TooMany e) {
            if (running.ending() == null) {
                skip(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private LoadPlan plan(ServerProcess running, Duration before, Duration time)
            throws IOException {
        Settings settings = cell.settings();
        if (targets.isEmpty() || starter != null) {
            targets = new ArrayList<>(files.targets(settings, running.port()));
        }
        if (settings.files() > 1) {
            // A round may be too short to ask for all files: let another one begin with others.
            Collections.rotate(targets, STRIDE * turns++);
        }
        boolean isLarge = settings.file() >= LARGE && settings.rate() == 0;
        LoadPlan plan = new LoadPlan(
                targets,
                settings.connections(),
                1,
                settings.rate(),
                isLarge ? Duration.ZERO : before,
                isLarge ? COUNTED_MOST : time,
                settings.pipeline(),
                settings.keepAlive(),
                List.of(),
                isLarge ? COUNTED_MOST : LoadPlan.PATIENCE);
        return isLarge
                ? plan.withRequests(Math.max(settings.connections(), LARGE_ROUND / settings.file()))
                : plan;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }
}
