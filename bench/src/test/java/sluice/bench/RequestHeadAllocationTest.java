package sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.function.IntSupplier;

class RequestHeadAllocationTest {
    private static final int HEADS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final RequestHeadBench bench = new RequestHeadBench();

    private long allocatedBy(IntSupplier parse) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < HEADS; i++) {
            assertThatIsPositive(parse.getAsInt());
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void assertThatIsPositive(int length) {
        if (length <= 0) {
            throw new AssertionError("refused: " + length);
        }
    }

    /** What remains are a few objects of the first round and of the measurement itself. */
    @Test
    void parsingAllocatesNothing() {
        for (IntSupplier parse :
                new IntSupplier[] {bench::small, bench::smallWithPath, bench::browser}) {
            allocatedBy(parse);
            assertThat(allocatedBy(parse)).isLessThan(HEADS);
        }
    }
}
