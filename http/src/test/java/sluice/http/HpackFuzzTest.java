package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import sluice.http.HpackDecoder.Outcome;
import sluice.http.HpackOracles.Reader;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Any octets get an answer, within bounds, and the one that another decoder gives. The build
 * replays the inputs of HpackFuzzTestInputs. To look for new ones for a minute:
 *
 * <pre>JAZZER_FUZZ=1 mvn -pl http test -Dtest=HpackFuzzTest#blocks -Dtest.jvm.flags=</pre>
 */
class HpackFuzzTest {
    private static final int LIST_MAX = 200;

    /** One connection: each block has its length, of an octet, before it. */
    @FuzzTest(maxDuration = "1m")
    void blocks(byte[] data) {
        Reader sluice = HpackOracles.sluice();
        Reader netty = HpackOracles.netty();
        HpackDecoder limited = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX);
        int at = 0;
        while (at < data.length) {
            int from = at + 1;
            int to = Math.min(data.length, from + (data[at] & 0xFF));
            byte[] block = Arrays.copyOfRange(data, from, to);
            at = to;
            Optional<List<NameAndValue>> fields = sluice.read(block);
            if (hasLongNumber(block)) {
                return;
            }
            assertThat(fields).isEqualTo(netty.read(block));
            if (fields.isEmpty()) {
                return;
            }
            expectWithinLimit(HeaderBlock.decode(limited, block), fields.get());
        }
    }

    /** Netty takes numbers of any length up to 31 bits. */
    private static boolean hasLongNumber(byte[] block) {
        for (int i = 0; i + 3 < block.length; i++) {
            if (block[i] < 0 && block[i + 1] < 0 && block[i + 2] < 0 && block[i + 3] < 0) {
                return true;
            }
        }
        return false;
    }

    private static void expectWithinLimit(HeaderBlock block, List<NameAndValue> all) {
        int size = 0;
        for (NameAndValue field : block.fields()) {
            size += field.length() + 32;
        }
        assertThat(size).isLessThanOrEqualTo(LIST_MAX);
        boolean whole = block.fields().size() == all.size();
        assertThat(block.outcome()).isEqualTo(whole ? Outcome.OK : Outcome.TOO_LARGE);
    }
}
