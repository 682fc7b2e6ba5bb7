package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;

import sluice.http.Field;
import sluice.http.FieldSink;
import sluice.http.HpackDecoder;
import sluice.http.HpackEncoder;

import java.lang.management.ManagementFactory;
import java.util.HexFormat;

/** What a header block costs a connection whose tables are filled. */
final class HeaderBlockAllocationTest {
    private static final int RUNS = 1_000;

    /** GET of a path that is not added, a field that is, and one by the name of an older one. */
    private static final byte[] REQUEST = HexFormat.of()
            .parseHex("8287" + "048c6068415286075d6c213ea82a"
                    + "408825a849e95ba97d7f8925a849e95bb8e8b4bf" + "7e8825a849e95ba97d7f" + "be");

    private static final byte[] VALUE = {'1', '2', '3', '4'};

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long octets;

    /** Bytes of a thousand runs, when a thousand others have been made. */
    private long allocatedBy(Runnable block) {
        long allocated = 0;
        for (int round = 0; round < 2; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RUNS; i++) {
                block.run();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return allocated;
    }

    @Test
    void noneIsAllocatedToReadOne() {
        HpackDecoder decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, 16 << 10);
        FieldSink sink = (field, name, nameFrom, nameTo, value, from, to) -> octets += to - from;
        Runnable read = () -> decoder.decode(REQUEST, 0, REQUEST.length, sink);
        read.run();
        assertThat(octets).isPositive();
        assertThat(allocatedBy(read)).isLessThan(RUNS);
    }

    @Test
    void noneIsAllocatedToWriteOne() {
        byte[] block = new byte[64];
        Runnable write = () -> {
            byte[] status = HpackEncoder.status(206);
            System.arraycopy(status, 0, block, 0, status.length);
            octets += HpackEncoder.field(
                    Field.CONTENT_LENGTH, VALUE, 0, VALUE.length, block, status.length);
        };
        assertThat(allocatedBy(write)).isLessThan(RUNS);
    }
}
