package sluice.lab.load;

import org.jspecify.annotations.Nullable;

import sluice.http.ResponseHeadParser;
import sluice.io.ClientLoop;
import sluice.io.Timer;
import sluice.lab.LoadError;
import sluice.lab.LoadPlan;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One thread's connections and what they count. Methods run on the loop's thread, unless they say
 * otherwise.
 */
final class LoadLoop implements AutoCloseable {
    /** After a failed connect: long enough that a dead server costs no CPU time. */
    private static final long RETRY_NANOS = 100_000_000;
    /** What {@link #untilNextDue} says while all connections are busy. */
    private static final long ALL_BUSY = -1;

    private static final long NOTHING_DUE = Long.MAX_VALUE;
    /** Each takes a buffer until the end of the turn. */
    private static final int SENDS_PER_TURN = 512;

    private final ClientLoop client;
    private final InetSocketAddress address;
    private final LoadPlan plan;
    private final RequestMix mix;
    private final Answers answers;
    private final ResponseHeadParser parser = new ResponseHeadParser();
    private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
    private Tally tally = new Tally();
    private int place;
    private int open;
    private boolean sending;
    /** Requests that the plan still has for this loop. */
    private long left = Long.MAX_VALUE;

    private long measuredFrom;
    private boolean counting;
    private @Nullable Schedule schedule;
    private long dispatched;

    // Written on the loop's thread, read by the pacer
    private volatile long nextDue = NOTHING_DUE;
    private volatile boolean allBusy;

    LoadLoop(
            ClientLoop client,
            InetSocketAddress address,
            LoadPlan plan,
            RequestMix mix,
            int place) {
        this.client = client;
        this.address = address;
        this.plan = plan;
        this.mix = mix;
        this.place = place;
        answers = new Answers(mix.targets());
    }

    /** Has the loop's thread answer a question; any thread may call. */
    <T> CompletableFuture<T> ask(Function<LoadLoop, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean asked = client.loop().post(() -> {
            try {
                answer.complete(question.apply(this));
            } catch (RuntimeException | Error mistake) {
                answer.completeExceptionally(mistake);
            }
        });
        if (!asked) {
            answer.completeExceptionally(new IllegalStateException("the loop has ended"));
        }
        return answer;
    }

    /** Any thread. */
    void connect() {
        client.connect(address, new LoadConnection(this, plan.pipeline()));
    }

    /**
     * Starts to send on all connections, and to count: in a closed loop answers that come until
     * {@link #stop}, in an open loop those that are due from now on.
     */
    void begin(long now, @Nullable Schedule due) {
        sending = true;
        schedule = due;
        left = plan.requests() == 0 ? Long.MAX_VALUE : plan.requests() / plan.loops();
        dispatched = 0;
        nextDue = due == null ? NOTHING_DUE : due.start();
        measuredFrom = now;
        counting = true;
        tally = new Tally();
        if (due == null) {
            startIdle();
        } else {
            dispatch();
        }
    }

    private void startIdle() {
        for (int i = 0; i < SENDS_PER_TURN && !idle.isEmpty() && left > 0; i++) {
            idle.remove().send(claim(plan.pipeline()), 0);
        }
        if (!idle.isEmpty() && left > 0) {
            client.loop().post(this::startIdle);
        }
    }

    /** Takes requests of those that are left: at most so many. */
    private int claim(int requests) {
        int claimed = (int) Math.min(requests, left);
        left -= claimed;
        return claimed;
    }

    /** Whether all requests of the plan were sent, and none waits for its answer. */
    boolean isDone() {
        return left == 0 && isQuiet();
    }

    /** Ends sending; what is in flight may still be answered. */
    void stop(long now) {
        dispatch();
        if (schedule != null) {
            tally.unsent = Math.max(0, schedule.dueUntil(now) - dispatched);
        }
        sending = false;
        counting = false;
        nextDue = NOTHING_DUE;
    }

    int openConnections() {
        return open;
    }

    /** Whether no request waits for its answer. */
    boolean isQuiet() {
        return idle.size() == open;
    }

    Tally tally() {
        return tally.copy();
    }

    Answers answers() {
        return answers.copy();
    }

    // For the pacer, from its thread

    /** Nanoseconds until the next request is due; {@link #ALL_BUSY} while no connection is idle. */
    long untilNextDue() {
        if (allBusy) {
            return ALL_BUSY;
        }
        long due = nextDue;
        return due == NOTHING_DUE ? NOTHING_DUE : Math.max(0, due - System.nanoTime());
    }

    /** False if the loop has ended. */
    boolean dispatchSoon() {
        return client.loop().post(this::dispatch);
    }

    /** Sends what is due to connections that are idle. */
    private void dispatch() {
        long now = System.nanoTime();
        for (int i = 0; i < SENDS_PER_TURN && !idle.isEmpty() && isDue(now); i++) {
            idle.remove().send(1, takeDue());
        }
        boolean more = !idle.isEmpty() && isDue(now);
        if (more) {
            client.loop().post(this::dispatch);
        }
        allBusy = idle.isEmpty();
    }

    private boolean isDue(long now) {
        return sending && schedule != null && dispatched < schedule.dueUntil(now);
    }

    /** Takes the next request that is due; returns since when. */
    private long takeDue() {
        Schedule due = Objects.requireNonNull(schedule);
        long since = due.dueAt(dispatched++);
        long next = due.dueAt(dispatched);
        nextDue = next < due.end() ? next : NOTHING_DUE;
        return since;
    }

    // Called by connections

    ResponseHeadParser parser() {
        return parser;
    }

    /** The target of the next request. */
    int target() {
        return mix.targetAt(place);
    }

    /** The next request was sent. */
    void tookTarget() {
        place = place + 1 == mix.length() ? 0 : place + 1;
    }

    byte[] request(int target) {
        return mix.request(target);
    }

    long patience() {
        return plan.patience().toNanos();
    }

    void opened() {
        open++;
    }

    /** Gives a connection that has nothing more to send what is due, or lets it wait for that. */
    void next(LoadConnection connection, int requests) {
        if (sending && schedule == null && left > 0) {
            connection.take(claim(requests), 0);
        } else if (isDue(System.nanoTime())) {
            connection.take(1, takeDue());
        } else if (!connection.isBusy()) {
            idle.add(connection);
            allBusy = false;
        }
    }

    void answered(Pending pending, int status, Body body) {
        long now = System.nanoTime();
        LoadError wrong = answers.check(pending.target(), status, body.length(), body.checksum());
        if (wrong != null) {
            tally.statuses[status]++;
            tally.error(wrong, 1);
            return;
        }
        boolean counts = schedule == null ? counting : pending.intendedAt() >= measuredFrom;
        if (counts) {
            tally.statuses[status]++;
            tally.responses++;
            tally.bodyBytes += body.length();
            tally.asSent.record(now - pending.sentAt());
            tally.asIntended.record(now - pending.intendedAt());
        }
    }

    void failed(LoadError reason, long requests) {
        tally.error(reason, requests);
    }

    /** A connection has ended; it is replaced at once if it had answers. */
    void closed(LoadConnection connection, boolean wasOpen, boolean inVain) {
        open -= wasOpen ? 1 : 0;
        idle.remove(connection);
        if (inVain) {
            client.loop()
                    .resources()
                    .timers()
                    .schedule(new Timer(this::connect), client.loop().now() + RETRY_NANOS);
        } else {
            tally.reconnects += plan.keepAlive() ? 1 : 0;
            connect();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
