package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.testing.LineService;
import sluice.linux.Linux;
import sluice.linux.Probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The matrix of models and copy paths: what runs, with which sockets, and why the rest does not.
 */
class CellTest {
    @ParameterizedTest
    @CsvSource({
        "EPOLL, AUTO, SENDFILE, RAW",
        "EPOLL, SENDFILE, SENDFILE, RAW",
        "EPOLL, DIRECT, DIRECT, RAW",
        "SELECTOR, AUTO, TRANSFER_TO, NIO",
        "SELECTOR, TRANSFER_TO, TRANSFER_TO, NIO",
        "SELECTOR, DIRECT, DIRECT, NIO",
        "BLOCKING, AUTO, SENDFILE, RAW",
        "BLOCKING, SENDFILE, SENDFILE, RAW",
        "BLOCKING, TRANSFER_TO, TRANSFER_TO, NIO",
        "BLOCKING, DIRECT, DIRECT, RAW"
    })
    void onLinuxTheseCellsRun(Model model, CopyMode asked, CopyMode effective, SocketKind sockets) {
        Cell cell = new Cell(model, asked);
        assertThat(cell.refusal(true)).isNull();
        assertThat(cell.effectiveCopy()).isEqualTo(effective);
        assertThat(cell.sockets(true)).isEqualTo(sockets);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, AUTO, SPLICE",
        "EPOLL, SENDFILE, SPLICE",
        "EPOLL, SPLICE, SPLICE",
        "EPOLL, MMAP, BUFFER",
        "EPOLL, ZEROCOPY, BUFFER",
        "IO_URING, AUTO, SPLICE",
        "VIRTUAL, AUTO, SPLICE",
        "BLOCKING, TRANSFER_TO, TRANSFER_FROM",
        "SELECTOR, AUTO, TRANSFER_FROM",
        "SELECTOR, DIRECT, BUFFER",
        "ASYNC_CHANNEL, AUTO, BUFFER",
        "POSIX_AIO, AUTO, BUFFER"
    })
    void bodiesAreReceivedAsFilesAreSent(Model model, CopyMode copy, ReceiveMode way) {
        Cell cell = new Cell(model, copy);
        assumeTrue(cell.refusal(Linux.available()) == null, "not on this system");
        assertThat(cell.receiving()).isEqualTo(way);
    }

    @ParameterizedTest
    @CsvSource({"SELECTOR, AUTO", "SELECTOR, DIRECT", "BLOCKING, AUTO", "BLOCKING, TRANSFER_TO"})
    void elsewhereTheseCellsRunOnChannels(Model model, CopyMode copy) {
        Cell cell = new Cell(model, copy);
        assertThat(cell.refusal(false)).isNull();
        assertThat(cell.sockets(false)).isEqualTo(SocketKind.NIO);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, TRANSFER_TO, transfer-to needs java.nio channels",
        "SELECTOR, SENDFILE, sendfile needs raw descriptors"
    })
    void onLinuxTheseCellsAreRefusedWithTheReason(Model model, CopyMode copy, String reason) {
        assertThat(new Cell(model, copy).refusal(true)).contains(reason, "use --");
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, AUTO, model epoll needs Linux",
        "EPOLL, DIRECT, model epoll needs Linux",
        "BLOCKING, SENDFILE, copy path sendfile needs Linux",
        "SELECTOR, SENDFILE, copy path sendfile needs Linux"
    })
    void elsewhereTheseCellsAreRefusedWithTheReason(Model model, CopyMode copy, String reason) {
        assertThat(new Cell(model, copy).refusal(false)).contains(reason, "use --");
    }

    /** Whatever this machine has: the probe and the refusal agree. */
    @ParameterizedTest
    @CsvSource({"IO_URING, io_uring", "POSIX_AIO, posix-aio"})
    void aModelThatTheMachineMayLackIsRefusedExactlyWhereItsProbeFails(Model model, String name) {
        Probe.Feature feature =
                Probe.of(model == Model.IO_URING ? Probe.IO_URING : Probe.POSIX_AIO);
        String refusal = new Cell(model, CopyMode.AUTO).refusal();
        if (feature.available()) {
            assertThat(refusal).isNull();
        } else {
            assertThat(refusal)
                    .startsWith("model " + name + " is not available here: " + feature.detail());
        }
    }

    @Test
    void aRefusalNamesAllThatRuns() {
        assertThat(new Cell(Model.EPOLL, CopyMode.TRANSFER_TO).refusal(true))
                .isEqualTo("copy path transfer-to needs java.nio channels, and model epoll has raw"
                        + " descriptors; use --copy auto, sendfile, splice, mmap, direct, heap or"
                        + " zerocopy, or --model nonblocking, selector, blocking or virtual");
        assertThat(new Cell(Model.EPOLL, CopyMode.AUTO).refusal(false))
                .endsWith("; use --model nonblocking, selector, async-channel, blocking or"
                        + " virtual");
        assertThat(new Cell(Model.SELECTOR, CopyMode.SENDFILE).refusal(false))
                .endsWith("; use --copy auto, transfer-to, mmap, direct or heap");
    }

    @ParameterizedTest
    @EnumSource(Model.class)
    void onlyModelsWithAThreadPerConnectionMayBlockInASend(Model model) {
        Cell cell = new Cell(model, CopyMode.AUTO);
        boolean threads = model == Model.BLOCKING || model == Model.VIRTUAL;
        assertThat(cell.hasThreads()).isEqualTo(threads);
        assertThat(cell.asksBeforeSending()).isEqualTo(!threads);
        assertThat(cell.closesArena()).isEqualTo(model != Model.ASYNC_CHANNEL);
    }

    @Test
    void autoCopiesRegionsOfUpTo40KiB() {
        Cell auto = new Cell(Model.SELECTOR, CopyMode.AUTO);
        assertThat(auto.copiesSmall()).isTrue();
        assertThat(auto.copyOf(40_960)).isEqualTo(CopyMode.DIRECT);
        assertThat(auto.copyOf(40_961)).isEqualTo(CopyMode.TRANSFER_TO);
        Cell chosen = new Cell(Model.SELECTOR, CopyMode.TRANSFER_TO);
        assertThat(chosen.copiesSmall()).isFalse();
        assertThat(chosen.copyOf(1)).isEqualTo(CopyMode.TRANSFER_TO);
        Cell copying = new Cell(Model.ASYNC_CHANNEL, CopyMode.AUTO);
        assertThat(copying.copiesSmall()).isFalse();
        assertThat(copying.copyOf(1)).isEqualTo(CopyMode.DIRECT);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, SENDFILE, true",
        "IO_URING, AUTO, true",
        "EPOLL, TRANSFER_TO, false",
        "SELECTOR, SENDFILE, false"
    })
    void somePairsNoMachineCanRun(Model model, CopyMode copy, boolean possible) {
        assertThat(new Cell(model, copy).isPossible()).isEqualTo(possible);
    }

    @Test
    void aRefusedCellDoesNotStart() {
        Machinery machinery =
                Machinery.defaults().withCell(new Cell(Model.SELECTOR, CopyMode.SENDFILE));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        assertThatThrownBy(() -> Reactors.start(
                        machinery, Limits.defaults(), List.of(new Listen(any, new LineService()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model selector has java.nio channels");
    }

    @ParameterizedTest
    @CsvSource({"true, EPOLL, io_uring must be chosen by name", "false, SELECTOR, are not available"
    })
    void whatIsTakenUnaskedRunsAndHasAReason(boolean linux, Model model, String reason) {
        assertThat(Model.best(linux)).isEqualTo(model);
        assertThat(new Cell(model, CopyMode.AUTO).refusal(linux)).isNull();
        assertThat(Model.whyBest(linux)).contains(reason);
    }
}
