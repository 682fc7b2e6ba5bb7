package sluice.bench;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import sluice.io.Block;
import sluice.io.Chunk;
import sluice.io.testing.ManualLoop;
import sluice.server.FileService;
import sluice.server.Sluice;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A complete response without a socket, through the connection code that all models share: parse
 * the request, look up the file in the cache, produce head and body, note that they were sent. 1
 * KiB and 16 KiB are sent from memory; of 100 KiB only the head is written here, and two statx(2)
 * check that the file is unchanged. With {@code -prof gc} it shows what a response allocates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotPathBench {
    private static final int OPEN_FILES_MAX = 16;
    /** More than the head of a small file takes. */
    private static final int HEAD_MAX = 1_024;

    private static final byte[] REQUEST = "GET /file.bin HTTP/1.1\r\nHost: localhost:8000\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    /** Between two requests, so that each is a turn of its own. */
    private static final Duration TURN = Duration.ofNanos(10_000);

    @Param({"1024", "16384", "102400"})
    public int size;

    private @Nullable Path folder;
    private @Nullable FileService service;
    private @Nullable ManualLoop loop;
    private @Nullable Block request;

    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("sluice-bench");
        Files.write(folder.resolve("file.bin"), new byte[size]);
        service = FileService.open(Sluice.builder().root(folder).build(), OPEN_FILES_MAX);
        request = new Block(Arena.ofAuto());
        request.segment().copyFrom(MemorySegment.ofArray(REQUEST));
        loop = new ManualLoop(service);
        loop.connection().opened();
        exchange();
        loop.run(); // A worker has looked for the file by now.
        long sent = exchange();
        if (sent <= size || sent > size + HEAD_MAX) {
            throw new IllegalStateException("an answer of " + sent + " bytes");
        }
    }

    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(service).close();
        Path opened = Objects.requireNonNull(folder);
        Files.delete(opened.resolve("file.bin"));
        Files.delete(opened);
    }

    /** The request arrives and is answered; what is sent is taken whole. */
    @Benchmark
    public long exchange() {
        ManualLoop driven = Objects.requireNonNull(loop);
        driven.pass(TURN);
        driven.connection().received(Objects.requireNonNull(request), 0, REQUEST.length);
        long taken = 0;
        for (Chunk chunk = driven.takeOffered(); chunk != null; chunk = driven.takeOffered()) {
            long all = chunk.remaining();
            taken += all;
            driven.connection().sent(all);
        }
        return taken;
    }
}
