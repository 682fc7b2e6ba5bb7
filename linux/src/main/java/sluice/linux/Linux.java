package sluice.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the system calls of this package can be used here. Asking never fails, on any OS. */
public final class Linux {
    private Linux() {}

    /**
     * True when this JVM runs on a Linux whose call numbers are known (x86_64, aarch64) and may
     * call native code. When false, every call of this package returns {@code -ENOSYS}.
     */
    public static boolean available() {
        return Native.UNAVAILABLE.isEmpty();
    }

    /** Bytes of a page of memory: 4 KiB, or on some aarch64 more. */
    public static long pageSize() {
        return PageSize.VALUE;
    }

    /** Asked for once: the kernel tells it in the auxiliary vector (getauxval(3)). */
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
                // No /proc: as below.
            }
            return USUAL;
        }
    }

    /** Why {@link #available()} is false, in words for a person; empty when it is true. */
    public static String unavailableReason() {
        return Native.UNAVAILABLE;
    }
}
