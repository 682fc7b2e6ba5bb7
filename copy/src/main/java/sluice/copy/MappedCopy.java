package sluice.copy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;

/**
 * write(2) from a mapping of the source. Only the kernel reads the mapped bytes: if another process
 * truncates the source, write(2) returns a short count or EFAULT, and the JVM gets no SIGBUS.
 */
final class MappedCopy implements RegionCopy {
    /** Bytes mapped at a time: keeps the page tables small. */
    private static final long WINDOW = 16 << 20;

    @Override
    public long copy(OpenPair files, long offset, long length) throws IOException {
        long end = Math.min(offset + Math.min(length, WINDOW), files.in.size());
        if (end <= offset) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer mapped =
                    files.in.map(MapMode.READ_ONLY, offset, end - offset, arena).asByteBuffer();
            while (mapped.hasRemaining()) {
                files.out.write(mapped, offset + mapped.position());
            }
        }
        return end - offset;
    }
}
