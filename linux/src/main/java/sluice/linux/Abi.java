package sluice.linux;

/**
 * Differences between the supported architectures: the open flags that arm64 renumbers, and structs
 * with another layout. The numbers of {@link SystemCall}s differ too. Everything else is the same
 * on every 64-bit little-endian Linux.
 */
final class Abi {
    static final String ARCH = System.getProperty("os.arch", "");
    static final boolean ARM64 = ARCH.equals("aarch64");

    /** Whether the numbers below are valid on this machine. */
    static final boolean KNOWN = ARM64 || ARCH.equals("amd64") || ARCH.equals("x86_64");

    static final int O_DIRECTORY = ARM64 ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = ARM64 ? 0x8000 : 0x20000;
    static final int O_DIRECT = ARM64 ? 0x10000 : 0x4000;

    /** x86_64 packs struct epoll_event, so that 32-bit and 64-bit programs agree. */
    static final int EPOLL_EVENT_SIZE = ARM64 ? 16 : 12;

    static final int EPOLL_EVENT_DATA = ARM64 ? 8 : 4;

    private Abi() {}
}
