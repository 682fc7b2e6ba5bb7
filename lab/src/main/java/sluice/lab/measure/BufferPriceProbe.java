package sluice.lab.measure;

import org.jspecify.annotations.Nullable;

import sluice.lab.BufferPrice;
import sluice.linux.ProcessCalls;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes buffers of each kind in turns. The CPU time is the process's, the collector's included. */
public final class BufferPriceProbe {
    private static final int SIZE = 65_536;
    /** 128 MiB in all: the collector has to free direct ones while it measures. */
    private static final int BUFFERS = 2_000;

    private static final int ROUNDS = 5;

    /** A buffer that nobody else sees the second compiler does not make at all. */
    private volatile @Nullable ByteBuffer last;

    private final int process = ProcessCalls.getpid();

    /** Measures, which takes less than a second. */
    public BufferPrice measure() {
        List<Double> heap = new ArrayList<>();
        List<Double> direct = new ArrayList<>();
        List<Double> arena = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            double onHeap = micros(() -> use(ByteBuffer.allocate(SIZE)));
            double outside = micros(() -> use(ByteBuffer.allocateDirect(SIZE)));
            double inArena = micros(this::inArena);
            if (round > 0) { // The first one warms up.
                heap.add(onHeap);
                direct.add(outside);
                arena.add(inArena);
            }
        }
        return new BufferPrice(SIZE, heap, direct, arena);
    }

    private double micros(Runnable allocation) {
        System.gc(); // Each kind pays for its own garbage only.
        long before = ProcessCalls.cpuNanos(process);
        for (int i = 0; i < BUFFERS; i++) {
            allocation.run();
        }
        if (last == null) {
            throw new IllegalStateException("no buffer was made");
        }
        return (ProcessCalls.cpuNanos(process) - before) / 1e3 / BUFFERS;
    }

    private void use(ByteBuffer buffer) {
        buffer.put(0, (byte) 1);
        last = buffer;
    }

    private void inArena() {
        try (Arena arena = Arena.ofConfined()) {
            use(arena.allocate(SIZE).asByteBuffer());
        }
    }
}
