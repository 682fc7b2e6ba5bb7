package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
