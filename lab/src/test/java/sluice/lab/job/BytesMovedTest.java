package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;

import sluice.lab.Job;
import sluice.lab.Settings;
import sluice.linux.Linux;

import java.util.Map;

/** Which way bytes take is told by a server with the settings of a cell. */
class BytesMovedTest {
    private static final int SIZE = 1 << 20;

    private static BytesMoved moved(String copy) throws Exception {
        assumeThat(Linux.available()).isTrue();
        Job job = new Job(
                "mine",
                "Which way?",
                0,
                0,
                0,
                Map.of("model", "epoll", "file", SIZE, "copy", copy),
                Map.of(),
                Map.of());
        Settings settings = job.cells(false).getFirst().settings();
        try (SiteFiles files = new SiteFiles(null)) {
            return BytesMoved.of(settings, files);
        }
    }

    @Test
    void sendfileLeavesAllBytesInTheKernel() throws Exception {
        BytesMoved moved = moved("sendfile");

        assertThat(moved.kernel()).isEqualTo(SIZE);
        assertThat(moved.user()).isZero();
        assertThat(moved.zeroCopySends()).isZero();
    }

    @Test
    void aBufferTakesAllBytesThroughUserSpace() throws Exception {
        BytesMoved moved = moved("direct");

        assertThat(moved.kernel()).isZero();
        assertThat(moved.user()).isEqualTo(SIZE);
    }

    @Test
    void onLoopbackTheKernelSaysThatItCopiedZeroCopySends() throws Exception {
        BytesMoved moved = moved("zerocopy");

        // The kernel refuses them (ENOBUFS) while other processes hold the user's locked memory.
        assumeThat(moved.zeroCopySends()).isPositive();
        // The notices of the last ones may come after the server has closed.
        assertThat(moved.zeroCopyCopied()).isBetween(1L, moved.zeroCopySends());
    }
}
