package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Model;
import sluice.io.OnKernel;
import sluice.io.Reactor;
import sluice.io.Reactors;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Call;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** What one more request for a file that is known costs, by the default path on Linux. */
@Tag("allocations")
final class HotPathTest {
    private static final Setup EPOLL = new Setup(new Cell(Model.EPOLL, Copy.AUTO), Reactor.SINGLE);
    private static final int IN_MEMORY = 1_000;
    private static final int BY_REGION = 100_000;
    /** Bytes of a NativeMemorySegmentImpl. */
    private static final long SLICE = 40;

    private static final int COUNTED = 256;
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
    void aFileFromMemoryTakesOneReceiveAndOneSend() throws IOException {
        expectCalls(callsFor("/memory.bin"), Call.RECV, Call.SEND);
    }

    @Test
    void aFileByRegionTakesOneReceiveOneSendAndItsSendfile() throws IOException {
        expectCalls(callsFor("/region.bin"), Call.RECV, Call.SEND, Call.SENDFILE);
    }

    /** One each, but for one that had not been noted when the client had its bytes already. */
    private static void expectCalls(Map<Call, Double> calls, Call... expected) {
        assertThat(calls).containsOnlyKeys(expected);
        assertThat(calls.values())
                .allSatisfy(count -> assertThat(count).isCloseTo(1, within(2.0 / COUNTED)));
    }

    /** System calls of the data path per request. */
    private Map<Call, Double> callsFor(String target) throws IOException {
        ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
        Sluice sluice = EPOLL.serving(root).build();
        Reactors.Settings settings = new Reactors.Settings(
                sluice.cell(), sluice.reactor(), 1, sluice.address(), sluice.limits());
        Site site = Site.open(sluice, 10);
        try (Reactors reactors = OnKernel.start(settings, site, kernel);
                Repeater client = new Repeater(reactors.address().getPort(), target)) {
            client.ask(COUNTED);
            int before = kernel.invocations().size();
            client.ask(COUNTED);
            Map<Call, Double> calls = new EnumMap<>(Call.class);
            kernel.invocations().stream()
                    .skip(before)
                    .forEach(done -> calls.merge(done.call(), 1.0 / COUNTED, Double::sum));
            return calls;
        } finally {
            site.close();
        }
    }

    private static long loopThread() {
        java.lang.management.ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().equals("sluice-loop-0")) {
                return thread.getThreadId();
            }
        }
        throw new AssertionError("no loop runs");
    }
}
