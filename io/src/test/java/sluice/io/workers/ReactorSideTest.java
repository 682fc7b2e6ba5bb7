package sluice.io.workers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.SendQueue;
import sluice.io.loop.InputMode;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Loops;
import sluice.io.testing.ManualLoop;
import sluice.io.testing.Patterns;
import sluice.io.testing.TestFile;
import sluice.linux.Kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** A {@link TestFile} that is still used when it is closed fails its test. */
class ReactorSideTest {
    private static final int SIZE = 100;

    @TempDir
    Path directory;

    @Test
    void whatAReactorThatHasEndedIsGivenToSendIsLetGo() throws IOException {
        LineService service = new LineService();
        Worker worker = new Worker(
                "sluice-worker",
                Loops.settings(service, new Cell(Model.EPOLL, CopyMode.AUTO), Kernel.LINUX));
        ManualLoop reactor = new ManualLoop(() -> new LineProtocol(service, worker), 1);
        reactor.ended = true;
        ReactorSide side = new ReactorSide(reactor, worker, worker.protocols(0));
        try (TestFile file =
                new TestFile(Patterns.sparse(directory.resolve("a"), SIZE), Kernel.LINUX)) {
            SendQueue batch = Objects.requireNonNull(worker.batches().take());
            batch.add(file.use(), 0, SIZE);

            side.report(new ReactorSide.Report(
                    0, false, InputMode.RECEIVING, batch, true, ReactorSide.Ending.NONE));

            assertThat(worker.batches().inUse()).isZero();
        }
        worker.release();
    }
}
