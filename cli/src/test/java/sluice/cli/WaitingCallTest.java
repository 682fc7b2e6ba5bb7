package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Under strace(1) each model is seen to wait in the system call that it is named after. */
final class WaitingCallTest {
    /** All in which a thread of ours could wait; a machine may lack some, hence the question. */
    private static final String WAITING_CALLS = Stream.of(
                    "poll",
                    "ppoll",
                    "select",
                    "pselect6",
                    "epoll_wait",
                    "epoll_pwait",
                    "epoll_pwait2",
                    "rt_sigtimedwait",
                    "io_uring_enter",
                    "futex",
                    "sched_yield",
                    "nanosleep",
                    "clock_nanosleep",
                    "recvfrom",
                    "read")
            .map(call -> "?" + call)
            .collect(Collectors.joining(","));

    /** "123 poll(...) = 1 &lt;0.5&gt;", or "123 &lt;... poll resumed&gt; ..." for the end of it. */
    private static final Pattern LINE =
            Pattern.compile("(\\d+) +(?:<\\.\\.\\. (\\w+) resumed>|(\\w+)\\()(.*) <([\\d.]+)>");

    /** The beginning of one, when another thread's comes before its end. */
    private static final Pattern BEGINNING =
            Pattern.compile("(\\d+) +\\w+\\((.*) <unfinished \\.\\.\\.>");

    private static final Pattern SOCKET = Pattern.compile("\\d+<socket:.*");
    private static final Pattern WOKEN = Pattern.compile("(0x\\w+), FUTEX_WAKE.*");
    /** A line of a thread dump. */
    private static final Pattern NUMBER =
            Pattern.compile("^\"sluice-loop-0\" .* nid=(\\d+) ", Pattern.MULTILINE);

    /** Linux keeps so many characters of a thread's name (proc(5), comm). */
    private static final int NAME_MAX = 15;

    private static final int REQUESTS = 5;
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /**
     * The thread that waits for the client, and where: the spellings of all machines. A system call
     * that fails with EAGAIN on a socket is a try and not a wait. Under async-channel two wait: a
     * thread of the JDK for the sockets, and the loop until that one hands on what has ended.
     */
    @ParameterizedTest
    @CsvSource({
        "blocking, '', sluice-connection, recvfrom",
        "nonblocking, park, sluice-loop-0, futex",
        "nonblocking, yield, sluice-loop-0, sched_yield",
        "select, '', sluice-loop-0, select|pselect6",
        "poll, '', sluice-loop-0, poll|ppoll",
        "epoll, '', sluice-loop-0, epoll_wait|epoll_pwait",
        "epoll-et, '', sluice-loop-0, epoll_wait|epoll_pwait",
        "epoll-oneshot, '', sluice-loop-0, epoll_wait|epoll_pwait",
        "signal, '', sluice-loop-0, rt_sigtimedwait",
        "selector, '', sluice-loop-0, epoll_wait|epoll_pwait",
        "async-channel, '', sluice-async, epoll_wait|epoll_pwait",
        "async-channel, '', sluice-loop-0, futex",
        "io_uring, '', sluice-loop-0, io_uring_enter",
        "virtual, '', sluice-parking, epoll_wait|epoll_pwait",
    })
    void eachModelWaitsInTheCallItIsNamedAfter(
            String name, String idle, String thread, String calls, @TempDir Path directory)
            throws Exception {
        Set<String> threads = new HashSet<>();
        List<Call> trace = trace(
                name, idle, directory, server -> threads.addAll(threads(server.pid(), thread)));
        // A loop that yields makes many short calls. On a busy machine it may wait longer once, in
        // a lock of the JVM, and often while it loads classes for the first request.
        Map<String, Double> weights = idle.equals("yield")
                ? timesOf(afterTheFirstRequest(trace, threads), threads)
                : secondsOf(trace, threads);
        assertThat(weights).isNotEmpty();
        assertThat(calls.split("\\|")).as("of %s", weights).contains(longest(weights));
    }

    /**
     * Three are called sluice-loop-0: the loop, the only one among them that the JVM knows of, and
     * threads that the C library made in the loop's aio_read and that inherited its name. One of
     * those reads the socket and waits in that; the loop waits in aio_suspend, which is a futex
     * that such a thread wakes when its call has ended (a Java lock would be woken by a Java
     * thread), and reads no socket itself.
     */
    @Test
    void posixAioWaitsInAioSuspendForThreadsOfTheCLibraryThatReadTheSockets(@TempDir Path directory)
            throws Exception {
        Set<String> helpers = new HashSet<>();
        StringBuilder loop = new StringBuilder();
        List<Call> trace = trace("posix-aio", "", directory, server -> {
            helpers.addAll(threads(server.pid(), "sluice-loop-0"));
            server.signal("QUIT");
            Matcher dump = NUMBER.matcher(server.outputUntil("JNI global refs"));
            assertThat(dump.find()).isTrue();
            assertThat(helpers.remove(loop.append(dump.group(1)).toString())).isTrue();
        });
        Set<String> loops = Set.of(loop.toString());
        assertThat(longest(secondsOf(trace, helpers))).isEqualTo("read");
        assertThat(longest(secondsOf(trace, loops))).isEqualTo("futex");
        double pauses = REQUESTS * PAUSE_NANOS / 1e9;
        assertThat(seconds(trace, call -> helpers.contains(call.thread) && call.readsSocket()))
                .isGreaterThan(pauses / 2);
        Set<String> woken = trace.stream()
                .filter(call -> helpers.contains(call.thread))
                .map(call -> WOKEN.matcher(call.arguments))
                .filter(Matcher::matches)
                .map(wake -> wake.group(1))
                .collect(Collectors.toSet());
        assertThat(seconds(
                        trace,
                        call -> loops.contains(call.thread)
                                && woken.contains(call.firstArgument())))
                .as("waits of the loop that are ended by the C library's threads")
                .isGreaterThan(pauses / 2);
        assertThat(trace).noneMatch(call -> loops.contains(call.thread) && call.readsSocket());
    }

    /** A system call that has ended. */
    private record Call(String thread, String name, String arguments, double seconds) {
        boolean isTry() {
            return name.equals("recvfrom") && arguments.contains("EAGAIN");
        }

        boolean readsSocket() {
            return (name.equals("read") || name.equals("recvfrom"))
                    && SOCKET.matcher(arguments).matches();
        }

        String firstArgument() {
            return arguments.substring(0, Math.max(0, arguments.indexOf(',')));
        }
    }

    private interface Look {
        void at(ServeProcess server) throws Exception;
    }

    /** What a server does from its start to its end; it is looked at while it has a client. */
    private static List<Call> trace(String name, String idle, Path directory, Look look)
            throws Exception {
        Model model = Model.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        String refusal = new Cell(model, CopyMode.AUTO).refusal();
        assumeTrue(refusal == null, refusal);
        Path trace = directory.resolve("trace");
        List<String> strace = List.of(
                "strace",
                "-D",
                "-f",
                "-q",
                "-T",
                "-y",
                "--seccomp-bpf",
                "-e",
                "trace=" + WAITING_CALLS,
                "-o",
                trace.toString());
        assumeStrace(strace);
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.writeString(site.resolve("hello.txt"), "hello");
        List<String> arguments = new ArrayList<>(List.of(site.toString(), "--model", name));
        if (!new Cell(model, CopyMode.AUTO).hasThreads()) {
            arguments.addAll(List.of("--reactor", "single"));
        }
        if (!idle.isEmpty()) {
            arguments.addAll(List.of("--idle", idle));
        }
        try (ServeProcess server = ServeProcess.start(
                strace, directory.resolve("errors"), arguments.toArray(String[]::new))) {
            serveSlowly(server, look);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            awaitEnd(trace, server.pid());
        }
        return parse(trace);
    }

    private static void assumeStrace(List<String> strace) throws Exception {
        String reason = "";
        try {
            ProcessBuilder builder = new ProcessBuilder(
                    Stream.concat(strace.stream(), Stream.of("true")).toList());
            int code = builder.redirectErrorStream(true).start().waitFor();
            reason = code == 0 ? "" : "strace(1) may not trace here";
        } catch (IOException e) {
            reason = "strace(1) is not here";
        }
        assumeTrue(reason.isEmpty(), reason);
    }

    /** Some requests with pauses between. */
    private static void serveSlowly(ServeProcess server, Look look) throws Exception {
        try (Download client = Download.begin(server.uri(), "/hello.txt")) {
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(client.finish()).isEqualTo(5);
                LockSupport.parkNanos(PAUSE_NANOS);
                client.next("/hello.txt");
            }
            assertThat(client.finish()).isEqualTo(5);
            look.at(server);
        }
    }

    private static Set<String> threads(long pid, String name) throws IOException {
        String comm = name.substring(0, Math.min(NAME_MAX, name.length()));
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.filter(task -> comm.equals(comm(task)))
                    .map(task -> task.getFileName().toString())
                    .collect(Collectors.toSet());
        }
    }

    private static String comm(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /** The tracer writes for a moment longer than what it traces lives. */
    private static void awaitEnd(Path trace, long pid) throws IOException {
        Pattern end = Pattern.compile(pid + " +\\+\\+\\+ .*");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try (Stream<String> lines = Files.lines(trace)) {
                if (lines.anyMatch(line -> end.matcher(line).matches())) {
                    return;
                }
            }
            assertThat(System.nanoTime()).as("the tracer ends").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static List<Call> parse(Path trace) throws IOException {
        List<Call> calls = new ArrayList<>();
        Map<String, String> begun = new HashMap<>();
        for (String line : Files.readAllLines(trace)) {
            Matcher beginning = BEGINNING.matcher(line);
            Matcher call = LINE.matcher(line);
            if (beginning.matches()) {
                begun.put(beginning.group(1), beginning.group(2));
            } else if (call.matches()) {
                boolean whole = call.group(2) == null;
                String thread = call.group(1);
                String before = whole ? "" : String.valueOf(begun.remove(thread));
                double seconds = Double.parseDouble(call.group(5));
                String name = whole ? call.group(3) : call.group(2);
                calls.add(new Call(thread, name, before + call.group(4), seconds));
            }
        }
        return calls;
    }

    /** By call, what these threads spent in it. */
    private static Map<String, Double> secondsOf(List<Call> trace, Set<String> threads) {
        return sums(trace, threads, Call::seconds);
    }

    /** What follows the second receive of bytes by these threads. */
    private static List<Call> afterTheFirstRequest(List<Call> trace, Set<String> threads) {
        List<Call> receives = trace.stream()
                .filter(call -> threads.contains(call.thread) && call.readsSocket())
                .filter(call -> !call.isTry())
                .toList();
        assertThat(receives).hasSizeGreaterThan(REQUESTS);
        return trace.subList(trace.indexOf(receives.get(1)), trace.size());
    }

    private static Map<String, Double> timesOf(List<Call> trace, Set<String> threads) {
        return sums(trace, threads, _ -> 1);
    }

    private static Map<String, Double> sums(
            List<Call> trace, Set<String> threads, ToDoubleFunction<Call> weight) {
        Map<String, Double> sums = new TreeMap<>();
        for (Call call : trace) {
            if (threads.contains(call.thread) && !call.isTry()) {
                sums.merge(call.name, weight.applyAsDouble(call), Double::sum);
            }
        }
        return sums;
    }

    private static double seconds(List<Call> trace, Predicate<Call> which) {
        return trace.stream().filter(which).mapToDouble(Call::seconds).sum();
    }

    private static String longest(Map<String, Double> weights) {
        return Collections.max(weights.entrySet(), Map.Entry.comparingByValue()).getKey();
    }
}
