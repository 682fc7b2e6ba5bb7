package sluice.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import sluice.http.FieldSink;
import sluice.http.HpackBuffer;
import sluice.http.HpackDecoder;

import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Decoding the header block of one request with 18 fields, as browsers send them: the first of a
 * connection, nearly all of it Huffman-coded strings (410 octets), and a later one, which refers to
 * that (42 octets). Run it with {@code -prof gc}: for the later one nothing is allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HpackDecoderBench {
    private static final int LIST_MAX = 16 << 10;

    /** Encoded by Netty, with :path as a field that is added. */
    private static final byte[] FIRST = octets("""
        82418ff1e3c2e5f23a6ba0ab9ec9ae3c07818744966068415286075d6c523354bf447f9de01004e04221
        7f40874148b1275ad1ffa3fe6f4f61e935b4ff3f7de0fe42cbffcfd29fce93a7ee182ed83aa4fe7efbc1
        fcbefff3408b4148b1275ad1ad49e33505023f307aced07f66a281b0dae053fafc087ed4ce6aadf2a797
        9c89c6bfb521aeba0bc8b1e632586d975765c53facd8f7e8cff4a506ea5531149d4ffda97a7b0f49580b
        2fae05c0b814dc394761986d975765cf408d4148b1275ad1ad5d034ca7b29f07224c696e75782253032a
        2f2a408a4148b4a549275906497f8840e92ac7b0d31aaf408a4148b4a549275a93c85f85a8eb10f62340
        8a4148b4a549275a42a13f84412c356973a29d29ad171863c78f0b97c8e9ae82ae7b26b8f01e0303420a
        94306aa42f95e74d347f50929bd9abfa5242cb40d25fa523b3e94f684c9f51952d4b62bbf45a96e1bbef
        b4005dffa2d5f7da002ef760a74150831ea8001132d36e3af3e38c921650044cb4db8ebcf8e324859401
        132d36e3af3e38c9216560884ce5a4b0483b3aff4086aec31ec327d703753d31
        """);

    /** With :path as browsers send it, a literal that is not added. */
    private static final byte[] LATER = octets("""
        82cd8704976068415286075d6c213ea82ae4423fcef00802702110bfcccbcac9c8c7c6c5c4c3c2c1c0bf
        """);

    private long octets;
    private final HpackBuffer buffer = new HpackBuffer();
    private final FieldSink sink = (field, name, nameFrom, nameTo, value, from, to) ->
            octets += nameTo - nameFrom + to - from;
    private HpackDecoder warm = newDecoder();

    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    private HpackDecoder newDecoder() {
        return new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX, buffer);
    }

    @Setup
    public void fillTable() {
        warm = newDecoder();
        warm.decode(FIRST, 0, FIRST.length, sink);
    }

    @Benchmark
    public long first() {
        newDecoder().decode(FIRST, 0, FIRST.length, sink);
        return octets;
    }

    @Benchmark
    public long later() {
        warm.decode(LATER, 0, LATER.length, sink);
        return octets;
    }
}
