package sluice.server.root;

import sluice.linux.Dirent;
import sluice.linux.FileCalls;
import sluice.linux.PathBytes;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The names in an open directory, but for "." and "..", in no order. */
public final class DirectoryNames {
    /** getdents64 returns some hundred entries per call with this; longer saves nothing. */
    private static final int BUFFER = 32 << 10;

    /** Who reads them. */
    public interface Reader {
        /**
         * Takes one.
         *
         * @param type a DT_ constant of {@link Dirent}
         * @return whether it wants more
         */
        boolean read(byte[] name, int type);
    }

    private DirectoryNames() {}

    /** Reads on from the descriptor's position: 0, or {@code -errno} if that ends it early. */
    public static long read(int fd, Reader reader) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER, Long.BYTES);
            while (true) {
                long length = FileCalls.getdents64(fd, buffer.address(), BUFFER);
                if (length <= 0) {
                    return length;
                }
                for (long at = 0; at < length; at = Dirent.next(buffer, at)) {
                    byte[] name = Dirent.name(buffer, at);
                    boolean wanted = !PathBytes.isDots(name, 0, name.length);
                    if (wanted && !reader.read(name, Dirent.type(buffer, at))) {
                        return 0;
                    }
                }
            }
        }
    }
}
