package sluice.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import sluice.http.RequestHead;
import sluice.http.RequestTarget;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Parsing one request head in off-heap memory, where the server has it: a small one like wrk's (63
 * octets, 1 field) and a browser's (610 octets, 14 fields). Run it with {@code -prof gc}: nothing
 * is allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestHeadBench {
    private static final String SMALL = """
        GET /static/files/index.html HTTP/1.1
        Host: localhost:8080

        """;

    private static final String BROWSER = """
        GET /assets/app/main.js?v=20261122 HTTP/1.1
        Host: www.example.org:8080
        Connection: keep-alive
        Cookie: session=0123456789abcdef0123456789abcdef0123456789abcdef; theme=dark
        Cache-Control: no-cache
        sec-ch-ua: "Chromium";v="139", "Not;A=Brand";v="99"
        sec-ch-ua-mobile: ?0
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 \
        Chrome/139.0.0.0 Safari/537.36
        sec-ch-ua-platform: "Linux"
        Accept: */*
        Sec-Fetch-Site: same-origin
        Sec-Fetch-Dest: script
        Referer: http://www.example.org:8080/assets/index.html
        Accept-Encoding: gzip, deflate, br, zstd
        Accept-Language: en-GB,en-US;q=0.9,en;q=0.8

        """;

    private final MemorySegment small = offHeap(SMALL);
    private final MemorySegment browser = offHeap(BROWSER);
    private final RequestHead head = new RequestHead();
    private final RequestTarget target = new RequestTarget();

    private static MemorySegment offHeap(String text) {
        byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        MemorySegment segment = Arena.ofAuto().allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    @Benchmark
    public int small() {
        return head.parse(small, 0, (int) small.byteSize());
    }

    @Benchmark
    public int smallWithPath() {
        int length = head.parse(small, 0, (int) small.byteSize());
        return length + target.decode(small, head.pathFrom(), head.pathTo());
    }

    @Benchmark
    public int browser() {
        return head.parse(browser, 0, (int) browser.byteSize());
    }
}
