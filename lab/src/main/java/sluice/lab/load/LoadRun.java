package sluice.lab.load;

import org.jspecify.annotations.Nullable;

import sluice.client.HttpUrl;
import sluice.io.Cell;
import sluice.io.ClientLoop;
import sluice.io.CopyMode;
import sluice.io.Layer;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.Tls;
import sluice.io.TlsProvider;
import sluice.io.TlsTrust;
import sluice.lab.Latency;
import sluice.lab.LoadError;
import sluice.lab.LoadPlan;
import sluice.lab.LoadResult;
import sluice.lab.LoadSecond;
import sluice.lab.Probe;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/** One run of a plan, from the first connect to the result. */
public final class LoadRun {
    private static final long SECOND = 1_000_000_000;
    /** How long all connections may take to open before the load begins without the rest. */
    private static final long CONNECT_NANOS = 10 * SECOND;

    /** A turn takes microseconds; but ten thousand threads of a server may be due before it. */
    private static final long ANSWER_SECONDS = 60;

    private static final long LOOK_NANOS = 5_000_000;

    private final LoadPlan plan;
    private final Consumer<LoadSecond> listener;
    private final Probe probe;
    private final List<LoadLoop> loops = new ArrayList<>();
    private final List<LoadSecond> seconds = new ArrayList<>();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long[] threadIds = {};

    public LoadRun(LoadPlan plan, Consumer<LoadSecond> listener, Probe probe) {
        this.plan = plan;
        this.probe = probe;
        this.listener = listener;
    }

    /**
     * See {@link sluice.lab.Load#run}.
     *
     * @throws IOException if the host has no address, or none of the connections opens
     */
    public LoadResult run() throws IOException {
        RequestMix mix = new RequestMix(plan);
        InetSocketAddress address = address();
        List<Pacer> pacers = new ArrayList<>();
        try {
            for (int i = 0; i < plan.loops(); i++) {
                loops.add(new LoadLoop(client(), address, plan, mix, startOf(i, mix)));
            }
            threadIds = ask(_ -> Thread.currentThread().threadId()).stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            connect(address);
            if (plan.isOpenLoop()) {
                loops.forEach(loop -> pacers.add(new Pacer(loop)));
            }
            return load();
        } finally {
            pacers.forEach(Pacer::close);
            loops.forEach(LoadLoop::close);
        }
    }

    /** Over https it checks no certificate: what matters is how long the server takes. */
    private ClientLoop client() throws IOException {
        Limits limits = Limits.defaults().withStall(plan.patience());
        boolean secure = plan.targets().getFirst().url().secure();
        try {
            Layer layer = secure
                    ? Tls.client(TlsProvider.AUTO, TlsTrust.EVERYONE, List.of("http/1.1"))
                    : null;
            return ClientLoop.start(new Cell(Model.best(), CopyMode.AUTO), limits, layer);
        } catch (IllegalArgumentException notHere) {
            throw new IOException(notHere.getMessage(), notHere);
        }
    }

    /** Loops begin at different places of the order. */
    private int startOf(int loop, RequestMix mix) {
        return (int) ((long) mix.length() * loop / plan.loops());
    }

    private InetSocketAddress address() throws IOException {
        HttpUrl url = plan.targets().getFirst().url();
        try {
            return new InetSocketAddress(InetAddress.getByName(url.host()), url.port());
        } catch (UnknownHostException e) {
            throw new IOException("cannot find an address of host " + url.host(), e);
        }
    }

    private void connect(InetSocketAddress address) throws IOException {
        for (int i = 0; i < plan.connections(); i++) {
            loops.get(i % loops.size()).connect();
        }
        long deadline = System.nanoTime() + CONNECT_NANOS;
        int open = open();
        while (open < plan.connections() && System.nanoTime() < deadline && !isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
            boolean refused = open == 0 && tally().errors[LoadError.CONNECT.ordinal()] > 0;
            open = open();
            if (refused && open == 0) {
                break;
            }
        }
        if (open == 0 && !isInterrupted()) {
            throw new IOException("cannot connect to " + address.getHostString() + " port "
                    + address.getPort() + "; does a server listen there?");
        }
    }

    private int open() {
        return ask(LoadLoop::openConnections).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private LoadResult load() {
        long begun = System.nanoTime();
        if (plan.warmUp().isPositive()) {
            begin(begun, begun + plan.warmUp().toNanos(), () -> {});
            watch(begun, begun + plan.warmUp().toNanos(), false);
        }
        probe.prepare();
        long[] cpuBefore = loopCpu();
        long processBefore = processCpu();
        long from = System.nanoTime();
        long until = from + plan.measured().toNanos();
        long first = begin(from, until, probe::begin);
        watch(begun, until, true);
        long last = stop(until);
        double busiest = busiest(cpuBefore, loopCpu(), System.nanoTime() - from);
        double cpuSeconds = (processCpu() - processBefore) / 1e9;
        probe.finish();
        if (plan.isOpenLoop()) {
            awaitAnswers();
        }
        Tally all = tally();
        all.error(LoadError.BODY, differences());
        return new LoadResult(
                (last - first) / 1e9,
                all.responses,
                all.bodyBytes,
                all.errorsByReason(),
                all.answersByStatus(),
                all.reconnects,
                all.unsent,
                all.asSent,
                all.asIntended,
                busiest,
                cpuSeconds,
                seconds,
                !isInterrupted());
    }

    /** Begins to count on all loops; returns when the first of them did, and told the listener. */
    private long begin(long from, long until, Runnable listener) {
        @Nullable
        Schedule schedule =
                plan.isOpenLoop() ? Schedule.of(plan.rate() / loops.size(), from, until) : null;
        return ask(loop -> {
                    if (loop == loops.getFirst()) {
                        listener.run();
                    }
                    long now = schedule == null ? System.nanoTime() : from;
                    loop.begin(now, schedule);
                    return now;
                })
                .getFirst();
    }

    /** Ends counting on all loops; returns when the first of them did. */
    private long stop(long until) {
        return ask(loop -> {
                    if (loop == loops.getFirst()) {
                        probe.end();
                    }
                    long now = System.nanoTime();
                    loop.stop(plan.isOpenLoop() ? Math.min(now, until) : now);
                    return plan.isOpenLoop() ? Math.min(now, until) : now;
                })
                .getFirst();
    }

    /** Tells about each second until the end, the last answer, or an interrupt. */
    private void watch(long begun, long until, boolean measured) {
        Tally before = new Tally();
        long at = System.nanoTime();
        long[] cpu = loopCpu();
        boolean isDone = false;
        while (at < until && !isInterrupted() && !isDone) {
            long next = Math.min(at + SECOND, until);
            while (System.nanoTime() < next && !isInterrupted() && !isDone) {
                long nap = plan.requests() == 0 ? Long.MAX_VALUE : LOOK_NANOS;
                LockSupport.parkNanos(Math.min(nap, next - System.nanoTime()));
                isDone = plan.requests() > 0 && !ask(LoadLoop::isDone).contains(false);
            }
            Tally tally = tally();
            long now = System.nanoTime();
            long[] cpuNow = loopCpu();
            LoadSecond second = new LoadSecond(
                    (now - begun) / 1e9,
                    (tally.responses - before.responses) * 1e9 / (now - at),
                    tally.failed() - before.failed(),
                    latency(tally).since(latency(before)).percentile(99) / 1e3,
                    busiest(cpu, cpuNow, now - at),
                    measured);
            seconds.add(second);
            listener.accept(second);
            before = tally;
            at = now;
            cpu = cpuNow;
        }
    }

    private Latency latency(Tally tally) {
        return plan.isOpenLoop() ? tally.asIntended : tally.asSent;
    }

    /** The slowest answers of an open loop come after its end: without them it would flatter. */
    private void awaitAnswers() {
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (System.nanoTime() < deadline
                && !isInterrupted()
                && ask(LoadLoop::isQuiet).contains(false)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    private Tally tally() {
        Tally all = new Tally();
        ask(LoadLoop::tally).forEach(all::add);
        return all;
    }

    /** Targets for which two loops got different answers. */
    private long differences() {
        List<Answers> answers = ask(LoadLoop::answers);
        return answers.stream()
                .skip(1)
                .mapToLong(answers.getFirst()::differences)
                .sum();
    }

    private long[] loopCpu() {
        long[] nanos = new long[threadIds.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = threads.getThreadCpuTime(threadIds[i]);
        }
        return nanos;
    }

    private static double busiest(long[] before, long[] after, long elapsed) {
        double most = 0;
        for (int i = 0; i < before.length; i++) {
            most = Math.max(most, (double) (after[i] - before[i]) / elapsed);
        }
        return most;
    }

    private static long processCpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
    }

    private <T> List<T> ask(Function<LoadLoop, T> question) {
        List<CompletableFuture<T>> asked =
                loops.stream().map(loop -> loop.ask(question)).toList();
        return asked.stream().map(LoadRun::answerOf).toList();
    }

    /** Waits even if interrupted: a loop answers within a turn. */
    private static <T> T answerOf(CompletableFuture<T> asked) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return asked.get(ANSWER_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            // Of what a probe says, or our own mistake.
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("a loop of the load failed", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("a loop of the load does not answer", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
