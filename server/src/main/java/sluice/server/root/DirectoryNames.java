package sluice.server.root;

import sluice.linux.Dirent;
import sluice.linux.FileCalls;
import sluice.linux.PathBytes;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads the names in an open directory, except "." and "..", in no order. */
public final class DirectoryNames {
    /** getdents64 returns some hundred entries per call with this; a longer one saves nothing. */
    private static final int BUFFER = 32 << 10;

    /** Receives the names. */
    public interface Reader {
        /**
         * Takes one name.
         *
         * @param type a DT_ constant of {@link Dirent}
         * @return whether the reader wants more names
         */
        boolean read(byte[] name, int type);
    }

    private DirectoryNames() {}

    /** Reads from the descriptor's position to the end: 0, or {@code -errno} if a call fails. */
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
