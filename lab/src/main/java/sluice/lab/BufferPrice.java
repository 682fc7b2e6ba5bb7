package sluice.lab;

import java.util.List;

/**
 * What it costs a JVM to make a buffer and to get rid of it: microseconds of CPU time for each, one
 * figure per round. Sluice makes its buffers once; programs that make one per request pay this.
 *
 * @param size bytes of a buffer
 * @param heap of {@code ByteBuffer.allocate}
 * @param direct of {@code ByteBuffer.allocateDirect}, which the collector frees
 * @param arena of memory in a confined {@code Arena}, which is closed
 */
public record BufferPrice(int size, List<Double> heap, List<Double> direct, List<Double> arena) {
    public BufferPrice {
        heap = List.copyOf(heap);
        direct = List.copyOf(direct);
        arena = List.copyOf(arena);
    }
}
