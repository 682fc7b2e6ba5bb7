package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Under strace(1) each model is seen to wait in the system call that it is named after. */
@Tag("thorough")
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
            Pattern.compile("(\\d+) +(?:<\\.\\.\\. (\\w+) resumed>|(\\w+)\\().* <([\\d.]+)>");

    /** Linux keeps so many characters of a thread's name (proc(5), comm). */
    private static final int NAME_MAX = 15;

    private static final int REQUESTS = 5;
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /**
     * The thread that waits for the client, and where: the spellings of all machines. A system call
     * that fails with EAGAIN on a socket is a try and not a wait. Under async-channel two wait: a
     * thread of the JDK for the sockets, and the loop until that one hands on what has ended.
     * The C library's threads have the name of the loop whose calls they do: they wait in read.
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
        "posix-aio, '', sluice-loop-0, futex|read",
        "io_uring, '', sluice-loop-0, io_uring_enter",
        "virtual, '', sluice-parking, epoll_wait|epoll_pwait",
    })
    void eachModelWaitsInTheCallItIsNamedAfter(
            String name, String idle, String thread, String calls, @TempDir Path directory)
            throws Exception {
        Model model = Model.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        String refusal = new Cell(model, Copy.AUTO).refusal();
        assumeTrue(refusal == null, refusal);
        Path trace = directory.resolve("trace");
        List<String> strace = List.of(
                "strace",
                "-D",
                "-f",
                "-q",
                "-T",
                "--seccomp-bpf",
                "-e",
                "trace=" + WAITING_CALLS,
                "-o",
                trace.toString());
        assumeStrace(strace);
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.writeString(site.resolve("hello.txt"), "hello");
        Set<String> threads;
        try (ServeProcess server = ServeProcess.start(
                strace,
                directory.resolve("errors"),
                site.toString(),
                "--reactor",
                "single",
                "--model",
                name,
                "--idle",
                idle.isEmpty() ? "park" : idle)) {
            threads = serveSlowly(server, thread);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            awaitEnd(trace, server.pid());
        }
        Map<String, Double> seconds = secondsOf(trace, threads);
        assertThat(seconds).isNotEmpty();
        String longest = java.util.Collections.max(seconds.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        assertThat(calls.split("\\|")).as("of %s", seconds).contains(longest);
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

    /** Some requests with pauses between; the threads of that name, by number. */
    private static Set<String> serveSlowly(ServeProcess server, String thread) throws IOException {
        try (Download client = Download.begin(server.uri(), "/hello.txt")) {
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(client.finish()).isEqualTo(5);
                LockSupport.parkNanos(PAUSE_NANOS);
                client.next("/hello.txt");
            }
            assertThat(client.finish()).isEqualTo(5);
            return threads(server.pid(), thread);
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

    private static Map<String, Double> secondsOf(Path trace, Set<String> threads)
            throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        try (Stream<String> lines = Files.lines(trace)) {
            lines.forEach(line -> {
                Matcher call = LINE.matcher(line);
                if (!call.matches() || !threads.contains(call.group(1)) || isTry(line)) {
                    return;
                }
                String name = call.group(2) == null ? call.group(3) : call.group(2);
                seconds.merge(name, Double.valueOf(call.group(4)), Double::sum);
            });
        }
        return seconds;
    }

    private static boolean isTry(String line) {
        return line.contains("EAGAIN") && line.contains("recvfrom");
    }
}
