package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.quicktheories.core.Gen;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** For any file and any set of ranges: what is put together again are the file's octets. */
class ByteRangesPropertyTest {
    private static final int LARGEST = 300;

    /** "a-b", "a-" or "-b" with numbers a little beyond the file's size. */
    private static Gen<String> specs() {
        Gen<Integer> number = integers().between(0, LARGEST + 20);
        return number.zip(number, integers().between(0, 5), (a, b, kind) -> switch (kind) {
            case 0 -> a + "-";
            case 1 -> "-" + a;
            default -> Math.min(a, b) + "-" + Math.max(a, b);
        });
    }

    private static Gen<List<String>> rangeSets() {
        return lists().of(specs()).ofSizeBetween(1, 12);
    }

    /** The octets that a set asks for, said in the plainest way. */
    private static BitSet asked(List<String> specs, int size) {
        BitSet octets = new BitSet();
        for (String spec : specs) {
            int dash = spec.indexOf('-');
            int end = dash == spec.length() - 1
                    ? size - 1
                    : Integer.parseInt(spec.substring(dash + 1));
            int from =
                    dash == 0 ? Math.max(0, size - end) : Integer.parseInt(spec.substring(0, dash));
            int to = dash == 0 ? size : Math.min(size, end + 1);
            if (from < to) {
                octets.set(from, to);
            }
        }
        return octets;
    }

    private static MemorySegment value(List<String> specs) {
        return Heads.segment("bytes=" + String.join(",", specs));
    }

    @Test
    void exactlyTheOctetsAskedForAreSentAndNoneTwice() {
        ByteRanges ranges = new ByteRanges();
        qt().forAll(rangeSets(), integers().between(1, LARGEST)).checkAssert((specs, size) -> {
            MemorySegment value = value(specs);
            ByteRanges.Kind kind = ranges.parse(value, 0, (int) value.byteSize(), size);
            BitSet sent = new BitSet();
            for (int i = 0; i < ranges.count(); i++) {
                int from = Math.toIntExact(ranges.start(i));
                int to = Math.toIntExact(ranges.end(i));
                assertThat(to).isGreaterThan(from).isLessThanOrEqualTo(size);
                boolean touches = from > 0 && sent.get(from - 1) || sent.get(to);
                assertThat(touches || !sent.get(from, to).isEmpty()).isFalse();
                sent.set(from, to);
            }
            assertThat(sent).isEqualTo(asked(specs, size));
            assertThat(kind == ByteRanges.Kind.SATISFIABLE).isEqualTo(!sent.isEmpty());
        });
    }

    @Test
    void aMultipartBodyHasItsPromisedLengthAndHoldsTheFilesOctets() {
        ByteRanges ranges = new ByteRanges();
        byte[] type = Heads.octets("text/plain; charset=utf-8");
        qt().forAll(rangeSets(), integers().between(1, LARGEST)).checkAssert((specs, size) -> {
            byte[] file = new byte[size];
            RandomGenerator.of("L64X128MixRandom").nextBytes(file);
            MemorySegment value = value(specs);
            ranges.parse(value, 0, (int) value.byteSize(), size);
            byte[] contentType = size % 2 == 0 ? type : new byte[0];
            String body = body(ranges, file, contentType);
            assertThat(body.length()).isEqualTo(Multipart.length(ranges, size, contentType));
            assertThat(reassembled(body, size)).isEqualTo(wanted(file, asked(specs, size)));
        });
    }

    private static String body(ByteRanges ranges, byte[] file, byte[] contentType) {
        MemorySegment into = MemorySegment.ofArray(new byte[16 * 1024]);
        ByteWriter out = new ByteWriter().over(into, 0, into.byteSize());
        for (int i = 0; i < ranges.count(); i++) {
            out.put(Multipart.partHead(ranges, i, file.length, contentType, 42));
            out.put(file, (int) ranges.start(i), (int) ranges.length(i));
        }
        out.put(Multipart.end(42));
        assertThat(out.overflowed()).isFalse();
        return Octets.string(into, 0, (int) out.position());
    }

    /** Reads a body as a client does: by delimiters and Content-Range. Unsent octets are 0. */
    private static byte[] reassembled(String body, int size) {
        byte[] file = new byte[size];
        String delimiter = "--000000000000002A";
        int at = body.indexOf(delimiter);
        while (!body.startsWith("--", at + delimiter.length())) {
            int data = body.indexOf("\r\n\r\n", at) + 4;
            String head = body.substring(at, data);
            String range = head.substring(head.indexOf("bytes ") + 6, head.lastIndexOf('/'));
            assertThat(head).contains("/" + size + "\r\n");
            int[] bounds =
                    Arrays.stream(range.split("-")).mapToInt(Integer::parseInt).toArray();
            int length = bounds[1] + 1 - bounds[0];
            byte[] octets = body.substring(data, data + length).getBytes(ISO_8859_1);
            System.arraycopy(octets, 0, file, bounds[0], length);
            assertThat(body.startsWith("\r\n" + delimiter, data + length)).isTrue();
            at = data + length + 2;
        }
        assertThat(body.substring(at)).isEqualTo(delimiter + "--\r\n");
        return file;
    }

    private static byte[] wanted(byte[] file, BitSet octets) {
        byte[] wanted = new byte[file.length];
        octets.stream().forEach(i -> wanted[i] = file[i]);
        return wanted;
    }

    @Test
    void anyNameIsReachedByTheUrlThatIsWrittenForIt() {
        RequestTarget target = new RequestTarget();
        Gen<List<Integer>> names = lists().of(integers().between(1, 255)).ofSizeBetween(1, 60);
        qt().forAll(names).checkAssert(octets -> {
            byte[] name = new byte[octets.size()];
            for (int i = 0; i < name.length; i++) {
                name[i] = octets.get(i).byteValue();
            }
            String text = octets.stream().map(Character::toString).collect(Collectors.joining());
            boolean namable = text.indexOf('/') < 0 && !text.equals(".") && !text.equals("..");
            String head = "GET /" + RequestTarget.encode(name) + " HTTP/1.1\r\nHost: h\r\n\r\n";
            RequestHead request = new RequestHead();
            int length = request.parse(Heads.segment(head), 0, head.length());
            assertThat(length).isEqualTo(head.length());
            int decoded = target.decode(request.bytes(), request.pathFrom(), request.pathTo());
            // "." is a path, but no name: that of the root itself.
            assertThat(decoded > 0).isEqualTo(namable || text.equals("."));
            if (text.equals(".")) {
                assertThat(target.text()).isEqualTo("/");
            }
            if (namable) {
                assertThat(Arrays.copyOfRange(target.bytes(), 1, decoded)).isEqualTo(name);
            }
        });
    }
}
