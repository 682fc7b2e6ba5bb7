package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns a signal that the JVM keeps for itself into one that programs may handle: SIGQUIT makes the
 * JVM print its threads, and it lets no program change that (JVM_RegisterSignal).
 *
 * <p>A handler must be native code that is safe at any instruction of any thread
 * (signal-safety(7)), which Java code is not. This one makes one system call, kill(2), and returns.
 */
public final class SignalForwarding {
    private static final int PROT_READ = 1;
    private static final int PROT_EXEC = 4;

    private static final int CODE_SIZE = 18;
    private static final int SIGSET_SIZE = 8;
    /**
     * SIG_DFL is 0 and SIG_IGN is 1. Of the JVM's own action all but the handler stays: its flags,
     * and the C library's restorer, which returns from the handler.
     */
    private static final long CAUGHT_FROM = 2;

    private SignalForwarding() {}

    /**
     * From now on, {@code signal} sends {@code other} to this process instead of what the JVM did.
     *
     * @return 0, or {@code -ENOSYS} where nobody has written the handler (aarch64) or the JVM does
     *     not handle the signal (-Xrs), or {@code -errno}; then nothing has changed
     */
    public static int forward(int signal, int other) {
        if (!Linux.available() || Abi.ARM64) {
            return -Errno.ENOSYS;
        }
        var scratch = Scratch.current();
        long action = scratch.at(Scratch.IOVEC);
        long result = Native.call(scratch, SystemCall.RT_SIGACTION, signal, 0, action, SIGSET_SIZE);
        if (result < 0) {
            return (int) result;
        }
        if (scratch.memory.get(JAVA_LONG, Scratch.IOVEC) < CAUGHT_FROM) {
            return -Errno.ENOSYS;
        }
        long handler = executable(handler(ProcessCalls.getpid(), other));
        if (handler < 0) {
            return (int) handler;
        }
        scratch.memory.set(JAVA_LONG, Scratch.IOVEC, handler);
        return (int) Native.call(scratch, SystemCall.RT_SIGACTION, signal, action, 0, SIGSET_SIZE);
    }

    /** {@code kill(process, signal)} in machine code; the registers are those of syscall(2). */
    private static byte[] handler(int process, int signal) {
        var code = ByteBuffer.allocate(CODE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        code.put((byte) 0xBF).putInt(process); // mov edi, process
        code.put((byte) 0xBE).putInt(signal); // mov esi, signal
        code.put((byte) 0xB8).putInt((int) SystemCall.KILL.number); // mov eax, kill
        code.put((byte) 0x0F).put((byte) 0x05); // syscall
        code.put((byte) 0xC3); // ret
        return code.array();
    }

    /** The address of a page that can be executed, and never again written; or -errno. */
    @SuppressWarnings("restricted") // this package is the one place with native access
    private static long executable(byte[] code) {
        long size = Linux.pageSize();
        long page = CopyCalls.mapMemory(size);
        if (page < 0) {
            return page;
        }
        MemorySegment.ofAddress(page).reinterpret(size).copyFrom(MemorySegment.ofArray(code));
        long result = Native.call(SystemCall.MPROTECT, page, size, PROT_READ | PROT_EXEC);
        if (result < 0) {
            CopyCalls.unmap(page, size);
            return result;
        }
        return page;
    }
}
