package sluice.linux;

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

    /** Why {@link #available()} is false, in words for a person; empty when it is true. */
    public static String unavailableReason() {
        return Native.UNAVAILABLE;
    }
}
