package sluice.io.copy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.OpenFile;
import sluice.io.Socket;

import java.lang.foreign.MemorySegment;

/**
 * read + write through a {@code byte[]}, as in tutorials: the JVM reads into off-heap memory,
 * copies that to the array, and copies the array to off-heap memory again to write it. This makes
 * two copies more than {@link DirectCopy}.
 */
public final class HeapCopy implements CopyPath {
    private final MemorySegment buffer;
    private final byte[] array;
    private final DirectCopy direct;

    public HeapCopy(Block buffer, Counters counters) {
        this.buffer = buffer.segment();
        array = new byte[buffer.size()];
        direct = new DirectCopy(buffer, counters, this::copyInAndOut);
    }

    private void copyInAndOut(int bytes) {
        MemorySegment.copy(buffer, JAVA_BYTE, 0, array, 0, bytes);
        MemorySegment.copy(array, 0, buffer, JAVA_BYTE, 0, bytes);
    }

    @Override
    public Counters counters() {
        return direct.counters();
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        return direct.send(socket, file, offset, length, more);
    }
}
