package sluice.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the system calls of this package work here. Works on any operating system. */
public final class Linux {
    private Linux() {}

    /**
     * True if this JVM runs on Linux on x86_64 or aarch64, whose call numbers are known, and may
     * call native code. If false, every call of this package returns {@code -ENOSYS}.
     */
    public static boolean available() {
        return Native.UNAVAILABLE.isEmpty();
    }

    /** Page size in bytes: 4 KiB, more on some aarch64 machines. */
    public static long pageSize() {
        return PageSize.VALUE;
    }

    /** Read once from the auxiliary vector, where the kernel puts it (getauxval(3)). */
    private static final class PageSize {
        static final long VALUE = read();
        private static final int AT_PAGESZ = 6;
        private static final long USUAL = 4096;

        private static long read() {
            try {
                var vector = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                        .order(ByteOrder.nativeOrder())
                        .asLongBuffer();
                while (vector.remaining() >= 2) {
                    long type = vector.get();
                    long value = vector.get();
                    if (type == AT_PAGESZ) {
                        return value;
                    }
                }
            } catch (IOException e) {
                // No /proc: the default below.
            }
            return USUAL;
        }
    }

    /** Why {@link #available()} is false, for the user; empty if it is true. */
    public static String unavailableReason() {
        return Native.UNAVAILABLE;
    }
}
