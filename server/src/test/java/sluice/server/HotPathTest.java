package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.linux.SystemCall;
import sluice.linux.SystemCalls;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What one more request for a file that is known costs, by the default path on Linux. */
@Tag("allocations")
final class HotPathTest {
    private static final Setup EPOLL =
            new Setup(new Cell(Model.EPOLL, CopyMode.AUTO), Reactor.SINGLE);
    private static final int IN_MEMORY = 1_000;
    private static final int BY_REGION = 100_000;
    /** Bytes of a NativeMemorySegmentImpl. */
    private static final long SLICE = 40;

    private static final String LOOP = "sluice-loop-0";
    private static final int COUNTED = 256;
    private static final Map<SystemCall, Long> WAIT_RECEIVE_SEND =
            Map.of(SystemCall.EPOLL_WAIT, 1L, SystemCall.RECVFROM, 1L, SystemCall.SENDTO, 1L);

    private static final int BATCH = 5_000;
    /** By then the compiler has seen the loop often enough to do away with what never escapes. */
    private static final int BATCHES_MAX = 60;

    private Path root;

    @BeforeEach
    void plant(@TempDir Path folder) throws IOException {
        assumeTrue(EPOLL.cell().refusal() == null, "no epoll here");
        root = folder;
        Files.write(root.resolve("memory.bin"), new byte[IN_MEMORY]);
        Files.write(root.resolve("region.bin"), new byte[BY_REGION]);
        Files.write(root.resolve("copied.bin"), new byte[30_000]);
    }

    /**
     * For each call the JDK makes a slice of the memory for errno. Its compiler does away with it
     * in most places, and not always in all: what it inlines depends on when it comes to it.
     */
    @Test
    void aFileFromMemoryIsSentWithNoAllocationButTheJdksOwn() throws IOException {
        long slices = 2 * SLICE;
        assertThat(allocatedPerRequest("/memory.bin", slices)).isLessThanOrEqualTo(slices);
    }

    /** Beside receive and send there is a question for the file's version. */
    @Test
    void aFileByRegionIsSentWithNoAllocationButTheJdksOwn() throws IOException {
        long slices = 3 * SLICE;
        assertThat(allocatedPerRequest("/region.bin", slices)).isLessThanOrEqualTo(slices);
    }

    /** Bytes, as soon as they are few enough; or when the compiler has had its time. */
    private long allocatedPerRequest(String target, long fewEnough) throws IOException {
        try (FileServer server = EPOLL.serving(root).build().start();
                Repeater client = new Repeater(server.port(), target)) {
            long loop = loopThread();
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long perRequest = Long.MAX_VALUE;
            for (int i = 0; i < BATCHES_MAX && perRequest > fewEnough; i++) {
                long before = threads.getThreadAllocatedBytes(loop);
                client.ask(BATCH);
                perRequest = (threads.getThreadAllocatedBytes(loop) - before) / BATCH;
            }
            return perRequest;
        }
    }

    @Test
    void aFileFromMemoryTakesOneWaitOneReceiveAndOneSend() throws IOException {
        assertThat(callsFor("/memory.bin")).isEqualTo(WAIT_RECEIVE_SEND);
    }

    /**
     * The request may come a little after its connection: then there is one receive more, and the
     * socket has to be watched, which is a call and a wait.
     */
    @Test
    void aConnectionOfOneRequestTakesNoShutdownAndAtMostOneMoreTryOfEach() throws IOException {
        try (FileServer server = EPOLL.serving(root).build().start()) {
            getByConnectionsOfTheirOwn(server);
            Map<SystemCall, Long> before = callsOfLoop();
            getByConnectionsOfTheirOwn(server);
            Map<SystemCall, Long> calls = new EnumMap<>(callsOfLoop());
            before.forEach((call, made) -> calls.merge(call, -made, Long::sum));
            assertThat(calls).doesNotContainKey(SystemCall.SHUTDOWN);
            assertThat(calls.get(SystemCall.SENDTO)).isEqualTo(COUNTED);
            // Once a second names are looked up again, and what is opened for that is closed.
            long lookedUp = calls.getOrDefault(SystemCall.OPENAT2, 0L);
            assertThat(calls.get(SystemCall.CLOSE)).isEqualTo(COUNTED + lookedUp);
            assertThat(calls.get(SystemCall.ACCEPT4)).isBetween((long) COUNTED, COUNTED * 5L / 4);
            assertThat(calls.get(SystemCall.RECVFROM)).isBetween((long) COUNTED, COUNTED * 2L);
            assertThat(calls.getOrDefault(SystemCall.EPOLL_CTL, 0L)).isLessThanOrEqualTo(COUNTED);
            assertThat(calls.get(SystemCall.EPOLL_WAIT)).isLessThanOrEqualTo(COUNTED * 2L + 2);
        }
    }

    private static void getByConnectionsOfTheirOwn(FileServer server) throws IOException {
        for (int i = 0; i < COUNTED; i++) {
            try (RawClient client = RawClient.of(server)) {
                client.get("/memory.bin", "Connection: close");
                // The loop has then made all its calls for this connection.
                client.expectEnd();
            }
        }
    }

    /** The head leaves with the bytes that are read behind it. */
    @Test
    void aFileThatIsCopiedTakesOneReadAndStillOneSend() throws IOException {
        Map<SystemCall, Long> expected = new EnumMap<>(WAIT_RECEIVE_SEND);
        expected.put(SystemCall.PREAD64, 1L);
        expected.put(SystemCall.STATX, 2L);
        assertThat(callsFor("/copied.bin")).isEqualTo(expected);
    }

    /** Its version is asked for when the request comes, and when the last byte has left. */
    @Test
    void aFileByRegionTakesASendfileAndTwoQuestionsForItsVersionMore() throws IOException {
        Map<SystemCall, Long> expected = new EnumMap<>(WAIT_RECEIVE_SEND);
        expected.put(SystemCall.SENDFILE, 1L);
        expected.put(SystemCall.STATX, 2L);
        assertThat(callsFor("/region.bin")).isEqualTo(expected);
    }

    /**
     * What it costs to believe no name: the names of root and file are opened, and what was opened
     * is looked at and closed.
     */
    @Test
    void aFileWhoseNameIsNotBelievedTakesSixCallsMore() throws IOException {
        Map<SystemCall, Long> memory = new EnumMap<>(WAIT_RECEIVE_SEND);
        memory.putAll(Map.of(SystemCall.OPENAT2, 2L, SystemCall.STATX, 2L, SystemCall.CLOSE, 2L));
        assertThat(callsFor("/memory.bin", Duration.ZERO)).isEqualTo(memory);
        Map<SystemCall, Long> region = new EnumMap<>(memory);
        region.put(SystemCall.SENDFILE, 1L);
        assertThat(callsFor("/region.bin", Duration.ZERO))
                .containsAllEntriesOf(Map.of(SystemCall.OPENAT2, 2L, SystemCall.CLOSE, 2L))
                .containsOnlyKeys(region.keySet());
    }

    /** Names of siblings are opened, too, though there are none. */
    @Test
    void aTextWhoseNameIsNotBelievedTakesThreeCallsMore() throws IOException {
        Files.write(root.resolve("text.txt"), new byte[IN_MEMORY]);
        Map<SystemCall, Long> expected = new EnumMap<>(WAIT_RECEIVE_SEND);
        expected.putAll(Map.of(SystemCall.OPENAT2, 5L, SystemCall.STATX, 2L, SystemCall.CLOSE, 2L));
        assertThat(callsFor("/text.txt", Duration.ZERO)).isEqualTo(expected);
    }

    private Map<SystemCall, Long> callsFor(String target) throws IOException {
        return callsFor(target, ServedFiles.FRESH);
    }

    /** System calls of the loop per request, but for what is asked once a second. */
    private Map<SystemCall, Long> callsFor(String target, Duration fresh) throws IOException {
        ServedFiles files = ServedFiles.in(root).withFresh(fresh);
        try (FileServer server = EPOLL.serving(root).files(files).build().start();
                Repeater client = new Repeater(server.port(), target)) {
            client.ask(COUNTED);
            Map<SystemCall, Long> before = callsOfLoop();
            client.ask(COUNTED);
            Map<SystemCall, Long> calls = new EnumMap<>(SystemCall.class);
            callsOfLoop().forEach((call, made) -> {
                double counted = made - before.getOrDefault(call, 0L);
                calls.put(call, Math.round(counted / COUNTED));
            });
            calls.values().removeIf(perRequest -> perRequest == 0);
            return calls;
        }
    }

    private static Map<SystemCall, Long> callsOfLoop() {
        return SystemCalls.byThread().getOrDefault(LOOP, Map.of());
    }

    private static long loopThread() {
        java.lang.management.ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().equals(LOOP)) {
                return thread.getThreadId();
            }
        }
        throw new AssertionError("no loop runs");
    }
}
