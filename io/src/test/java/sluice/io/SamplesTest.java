package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Patterns;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.Call;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What tells a rewritten file from one that was touched or grew. */
class SamplesTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final Samples samples = new Samples(SIZE);
    private Path path = Path.of("");
    private int descriptor = -1;
    private LinuxFile file = new LinuxFile(-1, kernel);

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Linux.available());
        path = folder.resolve("file");
        Patterns.write(path, 0, SIZE);
        descriptor = FileCalls.open(path.toString(), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        file = new LinuxFile(descriptor, kernel);
    }

    @AfterEach
    void close() {
        FileCalls.close(descriptor);
    }

    private void write(long at) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), Math.min(at, SIZE - 3));
        }
    }

    private boolean holdAfter(Change change) {
        return samples.hold(file, change, () -> change);
    }

    @Test
    void anUntouchedFileIsNotRead() {
        samples.opened(file);
        int before = kernel.invocations().size();
        assertThat(holdAfter(Change.NONE)).isTrue();
        assertThat(kernel.invocations()).hasSize(before);
    }

    @Test
    void theFirstAndTheLastByteOfAFileThatIsInMemoryAreSampledWhenItIsOpened() throws IOException {
        samples.opened(file);
        assertThat(holdAfter(Change.POSSIBLE)).isTrue();
        write(SIZE - 1);
        assertThat(holdAfter(Change.POSSIBLE)).isFalse();
        Patterns.write(path, 0, SIZE);
        assertThat(holdAfter(Change.POSSIBLE)).isTrue();
        write(0);
        assertThat(holdAfter(Change.POSSIBLE)).isFalse();
    }

    @Test
    void nothingIsReadOfAColdFileBeforeItIsSent() throws IOException {
        kernel.always(Call.CACHED_PAGES, new Answer(0));
        samples.opened(file);
        assertThat(kernel.invocations(Call.READ_WITHOUT_WAITING)).isEmpty();
        assertThat(kernel.invocations(Call.PREAD)).isEmpty();
        write(0);
        assertThat(holdAfter(Change.POSSIBLE)).as("nobody can know").isTrue();
    }

    @Test
    void ofAColdFileWhatWasSentIsSampled() throws IOException {
        kernel.always(Call.CACHED_PAGES, new Answer(0));
        samples.opened(file);
        samples.sent(file, 0, SIZE / 2);
        write(SIZE - 1);
        assertThat(holdAfter(Change.POSSIBLE)).as("not sent yet").isTrue();
        write(0);
        assertThat(holdAfter(Change.POSSIBLE)).isFalse();
    }

    @Test
    void aSampleIsTakenOnce() {
        samples.opened(file);
        int before = kernel.invocations().size();
        samples.sent(file, 0, SIZE);
        assertThat(kernel.invocations()).hasSize(before);
    }

    @Test
    void aWriteInPlaceIsAChangeAndSoIsALostByteWhateverTheSamplesSay() {
        samples.opened(file);
        assertThat(holdAfter(Change.WRITTEN)).isFalse();
        assertThat(holdAfter(Change.SHRUNK)).isFalse();
    }

    @Test
    void anAppendThatIsUnderWayGetsAMomentToEnd() {
        samples.opened(file);
        assertThat(samples.hold(file, Change.WRITTEN, () -> Change.POSSIBLE)).isTrue();
        assertThat(samples.hold(file, Change.WRITTEN, () -> Change.SHRUNK)).isFalse();
    }

    @Test
    void attributesTellOneChangeFromAnother() {
        assertThat(Change.of(10, 10, true, true)).isEqualTo(Change.NONE);
        assertThat(Change.of(10, 10, true, false)).isEqualTo(Change.POSSIBLE);
        assertThat(Change.of(10, 11, false, false)).isEqualTo(Change.POSSIBLE);
        assertThat(Change.of(10, 11, true, true)).isEqualTo(Change.POSSIBLE);
        assertThat(Change.of(10, 10, false, false)).isEqualTo(Change.WRITTEN);
        assertThat(Change.of(10, 9, true, true)).isEqualTo(Change.SHRUNK);
    }
}
