package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.linux.Fixture.NONBLOCKING;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The calls of the data path, once the JIT compiler has seen them. */
class AllocationTest {
    private static final int ROUNDS = 50;
    private static final int CALLS = 30_000;
    /** Enough for both compilers. */
    private static final int WARM_UP_CALLS = 20_000;

    /** What the JVM may need once, such as a class that loads late; a call would need 480 KB. */
    private static final long SLACK_BYTES = 64 * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Fixture fixture = new Fixture();
    private final int[] sockets = fixture.pair(NONBLOCKING);
    private final long memory = fixture.memory(4096).address();

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    @Test
    void sendAndReceiveAllocateNothing() {
        assertAllocatesNothing(() -> {
            ok(SocketCalls.send(sockets[0], memory, 100, SocketCalls.MSG_NOSIGNAL));
            ok(SocketCalls.recv(sockets[1], memory, 100, SocketCalls.MSG_DONTWAIT));
        });
    }

    @Test
    void sendOfTwoPiecesAllocatesNothing() {
        assertAllocatesNothing(() -> {
            ok(SocketCalls.send2(sockets[0], memory, 10, memory, 20, SocketCalls.MSG_NOSIGNAL));
            ok(SocketCalls.recv(sockets[1], memory, 100, 0));
        });
    }

    @Test
    void failingCallsAllocateNothing() {
        assertAllocatesNothing(() -> {
            if (SocketCalls.recv(sockets[0], memory, 100, 0) != -Errno.EAGAIN) {
                throw new AssertionError();
            }
        });
    }

    @Test
    void epollAllocatesNothing() {
        int epoll = fixture.opened(EpollCalls.create());
        ok(EpollCalls.control(epoll, EpollCalls.EPOLL_CTL_ADD, sockets[0], 0, 1));
        assertAllocatesNothing(() -> {
            int change = EpollCalls.EPOLL_CTL_MOD;
            ok(EpollCalls.control(epoll, change, sockets[0], EpollCalls.EPOLLOUT, 1));
            ok(EpollCalls.await(epoll, memory, 16, 0));
        });
    }

    @Test
    void eventFdAllocatesNothing() {
        int eventFd = fixture.opened(EventFd.create());
        assertAllocatesNothing(() -> {
            ok(EventFd.signal(eventFd));
            ok(EventFd.drain(eventFd));
        });
    }

    @Test
    void fileCallsAllocateNothing(@TempDir Path directory) throws IOException {
        var path = Files.writeString(directory.resolve("file"), "content");
        int file = fixture.open(path, FileCalls.O_RDONLY);
        int root = fixture.open(directory, FileCalls.O_PATH);
        long name = fixture.text("file").address();
        assertAllocatesNothing(() -> {
            ok(FileCalls.statx(file, Statx.STATX_BASIC_STATS, memory));
            ok(FileCalls.pread(file, memory, 7, 0));
            ok(FileCalls.sendfile(sockets[0], file, 0, 7));
            ok(SocketCalls.recv(sockets[1], memory, 100, 0));
            ok(FileCalls.close(FileCalls.openat2(root, name, 0, 0, FileCalls.RESOLVE_BENEATH)));
        });
    }

    private static void ok(long result) {
        if (result < 0) {
            throw new AssertionError(Errno.describe(result));
        }
    }

    /** One of many rounds must pass: on a busy machine the JIT compiler may need longer. */
    private static void assertAllocatesNothing(Runnable calls) {
        assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count bytes");
        repeat(WARM_UP_CALLS, calls);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && least >= SLACK_BYTES; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            repeat(CALLS, calls);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(SLACK_BYTES);
    }

    private static void repeat(int times, Runnable calls) {
        for (int i = 0; i < times; i++) {
            calls.run();
        }
    }
}
