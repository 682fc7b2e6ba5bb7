package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import sluice.linux.FileCalls;
import sluice.linux.Linux;

/** Which way bytes of files are said to have gone. */
class TransferMeterTest {
    private final TransferMeter meter = new TransferMeter();

    @Test
    void bytesOfAPathThatDoesNotCopyAreTheKernelsAlone() {
        meter.fileSent(10, CopyMode.SENDFILE, false);
        assertThat(meter.stats().kernelBytes()).isEqualTo(10);
        assertThat(meter.path(CopyMode.SENDFILE)).isEqualTo(CopyMode.SENDFILE);
        assertThat(meter.fallbackReason(CopyMode.SENDFILE)).isNull();
    }

    private static void count(Counters path, long times) {
        path.add(Counter.FILE_CALLS, times);
        path.add(Counter.COLD_CHUNKS, 10 * times);
        path.add(Counter.COLD_STALLS, 100 * times);
        path.add(Counter.COPY_FALLBACKS, 1_000 * times);
    }

    @Test
    void aTryIsChargedWhatItsPathCountsMeanwhile() {
        Counters path = new Counters();
        count(path, 7);
        meter.tryBegins(path);
        count(path, 2);
        meter.tryEnds(path);
        count(path, 7);
        meter.tryBegins(path);
        count(path, 1);
        meter.tryEnds(path);
        assertThat(meter.stats()).isEqualTo(new TransferStats(0, 0, 3, 30, 300, 3_000, 0));
    }

    /** A path of the JDK estimates its calls; those of this process are known. */
    @Test
    void callsOfTheThreadCountInsteadOfThoseOfThePath() {
        assumeTrue(Linux.available());
        Counters path = new Counters();
        FileCalls.close(-1);
        meter.tryBegins(path);
        FileCalls.close(-1);
        FileCalls.close(-1);
        path.add(Counter.FILE_CALLS, 5);
        meter.tryEnds(path);
        assertThat(meter.stats().systemCalls()).isEqualTo(2);
    }

    @Test
    void bytesOfMemoryPassUserSpace() {
        meter.memoryTried();
        meter.memorySent(5);
        meter.memorySent(6);
        meter.fileSent(100, CopyMode.SPLICE, false);
        meter.fileSent(1_000, CopyMode.HEAP, false);
        assertThat(meter.bytes()).isEqualTo(1_111);
        assertThat(meter.stats()).isEqualTo(new TransferStats(100, 1_011, 1, 0, 0, 0, 0));
        assertThat(meter.stats(1_105).userBytes()).as("6 of the next response").isEqualTo(1_005);
    }

    @Test
    void oneByteOfAFileIsEnoughToHaveSentOne() {
        meter.memorySent(5);
        assertThat(meter.sentFile()).isFalse();
        meter.fileSent(1, CopyMode.HEAP, false);
        assertThat(meter.sentFile()).isTrue();
    }

    @Test
    void countsMoveOnceAndAreAdded() {
        Counters path = new Counters();
        TransferMeter all = new TransferMeter();
        for (int i = 1; i <= 2; i++) {
            meter.tryBegins(path);
            count(path, 1);
            meter.tryEnds(path);
            meter.memorySent(5);
            meter.fileSent(100, CopyMode.SENDFILE, false);
            meter.kernelCopied(3);
            meter.moveTo(all);
            assertThat(all.stats())
                    .isEqualTo(new TransferStats(
                            100 * i, 5 * i, i, 10 * i, 100 * i, 1_000 * i, 3 * i));
            assertThat(meter.bytes()).isZero();
        }
        meter.moveTo(all);
        assertThat(all.stats()).isEqualTo(new TransferStats(200, 10, 2, 20, 200, 2_000, 6));
        assertThat(meter.stats()).isEqualTo(new TransferStats(0, 0, 0, 0, 0, 0, 6));
    }

    @Test
    void aCopyingPathWasTakenUnlessAllBytesTookTheDetour() {
        meter.fileSent(10, CopyMode.DIRECT, true);
        assertThat(meter.path(CopyMode.HEAP)).isEqualTo(CopyMode.DIRECT);
        meter.fileSent(1, CopyMode.HEAP, false);
        assertThat(meter.path(CopyMode.HEAP)).isEqualTo(CopyMode.HEAP);
        TransferMeter all = new TransferMeter();
        meter.moveTo(all);
        all.fileSent(10, CopyMode.DIRECT, true);
        assertThat(all.path(CopyMode.HEAP)).as("one byte took it").isEqualTo(CopyMode.HEAP);
    }

    @Test
    void bytesThatWentByReadAndSendInsteadAreNot() {
        meter.fileSent(10, CopyMode.DIRECT, true);
        TransferMeter share = new TransferMeter();
        meter.moveTo(share);
        assertThat(share.stats().kernelBytes()).isZero();
        assertThat(share.stats().userBytes()).isEqualTo(10);
        assertThat(share.path(CopyMode.SENDFILE)).isEqualTo(CopyMode.DIRECT);
        assertThat(share.fallbackReason(CopyMode.SENDFILE)).contains("refuses sendfile");
        assertThat(meter.path(CopyMode.SENDFILE)).isEqualTo(CopyMode.SENDFILE);
    }
}
