package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.LockedMemory;
import sluice.io.testing.Patterns;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.linux.Kernel;

import java.nio.file.Path;

/** A recording tells of each region which way its bytes went. */
class FileRegionSentTest {
    private static final int SIZE = 300_000;

    @ParameterizedTest
    @EnumSource
    void aRecordingTellsTheWayOfARegion(CopyMode copy, @TempDir Path directory) throws Exception {
        Model model = new Cell(Model.EPOLL, copy).refusal() == null ? Model.EPOLL : Model.SELECTOR;
        expectOne(model, copy, directory);
    }

    /** The bytes are known when the try is long over. */
    @ParameterizedTest
    @CsvSource({"IO_URING, ZEROCOPY", "ASYNC_CHANNEL, DIRECT", "POSIX_AIO, HEAP"})
    void soItDoesWhereSendsEndLater(Model model, CopyMode copy, @TempDir Path directory)
            throws Exception {
        expectOne(model, copy, directory);
    }

    private static void expectOne(Model model, CopyMode copy, Path directory) throws Exception {
        Setup setup = new Setup(new Cell(model, copy), Reactor.SINGLE);
        assumeTrue(setup.refusal() == null, setup::refusal);
        Path path = directory.resolve("served");
        Patterns.write(path, 0, SIZE);
        try (Recording recording = new Recording();
                TestFile file = new TestFile(path, Kernel.LINUX)) {
            recording.enable("sluice.FileRegionSent").withoutThreshold();
            recording.start();
            try (TestServer server = TestServer.start(setup, new LineService().file(file));
                    Client client = server.client()) {
                client.send("file 0 " + SIZE + "\n").body(0, SIZE);
            }
            Path saved = directory.resolve("saved.jfr");
            recording.dump(saved);
            assertThat(RecordingFile.readAllEvents(saved)).singleElement().satisfies(event -> {
                assertThat(event.getString("copy"))
                        .isEqualTo(setup.cell().effectiveCopy().label());
                assertThat(event.getString("model")).isEqualTo(model.label());
                boolean copies = copy.copies();
                assertThat(event.getLong("userBytes")).isEqualTo(copies ? SIZE : 0);
                assertThat(event.getLong("kernelBytes")).isEqualTo(copies ? 0 : SIZE);
                assertThat(event.getLong("systemCalls")).isPositive();
                if (copy != CopyMode.ZEROCOPY || LockedMemory.isUnlimited()) {
                    assertThat(event.getLong("fallbacks")).isZero();
                }
            });
        }
    }
}
