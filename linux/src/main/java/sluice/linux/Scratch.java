package sluice.linux;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory of one thread for errno and for small arguments passed by address, so that a call
 * allocates nothing. It also counts the calls of the thread ({@link SystemCalls}).
 *
 * <p>The garbage collector frees it some time after its thread has ended ({@link Arena#ofAuto}),
 * and it counts against {@code -XX:MaxDirectMemorySize}. A virtual thread gets its own at its first
 * call, and keeps it on any carrier: {@value #SIZE} bytes and some objects, about 3 MB for ten
 * thousand threads. Another thread cannot overwrite its errno: the downcall stores errno before it
 * returns, and a thread inside a native call does not leave its carrier.
 */
final class Scratch {
    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

    static final int ERRNO = 0;
    /** One 64-bit value: sendfile's offset, an eventfd's count, a socket option and its length. */
    static final int CELL = 8;

    static final int CELL_LENGTH = 16;
    /** struct open_how, struct epoll_event, struct rlimit: never needed at the same time. */
    static final int STRUCT = 24;
    /** Two of struct iovec, or a struct sigaction: never needed at the same time. */
    static final int IOVEC = 48;
    /** struct msghdr, whose unused fields stay zero. */
    static final int MSGHDR = 80;
    /** struct sockaddr_in6, the largest address used. */
    static final int SOCKADDR = 136;

    static final int SOCKADDR_SIZE = 28;
    /** struct cachestat_range, then struct cachestat. */
    static final int CACHESTAT = 168;

    private static final int SIZE = 224;

    final MemorySegment memory;
    private final long address;
    /** How often the thread has made each call, by ordinal; null for a virtual thread. */
    private final long @Nullable [] counts;

    private long calls;

    private Scratch() {
        Thread thread = Thread.currentThread();
        counts = thread.isVirtual() ? null : SystemCalls.register(thread);
        memory = Arena.ofAuto().allocate(SIZE, Long.BYTES);
        address = memory.address();
    }

    /** The address of one of the offsets above. */
    long at(int offset) {
        return address + offset;
    }

    /** Counts a call of this thread. */
    void count(SystemCall call) {
        calls++;
        long[] own = counts;
        if (own == null) {
            SystemCalls.countVirtual(call);
        } else {
            own[call.ordinal()]++;
        }
    }

    /** How many calls this thread has made. */
    long calls() {
        return calls;
    }

    static Scratch current() {
        return CURRENT.get();
    }
}
