package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.server.FileServer;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** There and back, through a proxy that tears, on the loops that a client can have. */
final class EveryLoopTest {
    private static final byte[] CONTENT = new byte[5_000_001];

    static {
        new Random(3).nextBytes(CONTENT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Model.class,
            names = {"EPOLL_ET", "EPOLL_ONESHOT", "SELECTOR", "IO_URING"})
    void aFileGoesThereAndComesBack(Model model, @TempDir Path folder) throws Exception {
        Cell cell = new Cell(model, CopyMode.AUTO);
        assumeTrue(cell.refusal() == null, cell::refusal);
        Path root = Files.createDirectory(folder.resolve("root"));
        Path source = Files.write(folder.resolve("source"), CONTENT);
        Path back = folder.resolve("back");
        Recorder recorder = new Recorder();
        Sluice sluice = Sluice.builder()
                .root(root)
                .port(0)
                .machinery(Machinery.defaults().withLoops(1))
                .uploads(Uploads.defaults())
                .build();
        try (FileServer server = sluice.start();
                TearingProxy proxy = new TearingProxy(server.port())) {
            HttpUrl url = proxy.url("/file");
            proxy.tearRequestAfter(2_000_000);
            new Upload(source, url, recorder, recorder, null, () -> new Caller(cell)).run();
            assertThat(Files.readAllBytes(root.resolve("file"))).isEqualTo(CONTENT);
            proxy.tearAnswerAfter(2_000_000);
            new Download(url, back, recorder, recorder, () -> new Caller(cell)).run();
            assertThat(Files.readAllBytes(back)).isEqualTo(CONTENT);
            assertThat(recorder.notes).hasSize(2);
        }
    }
}
