package sluice.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Answer;
import sluice.linux.testing.ScriptedKernel.AtMost;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** What happens to bytes that are already in the pipe. */
final class SpliceCopyTest {
    private static final int SIZE = 200_000;

    @TempDir
    private Path folder;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private Path source;
    private Path target;

    @BeforeEach
    void plant() throws IOException {
        assumeTrue(Linux.available(), Linux::unavailableReason);
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        source = Files.write(folder.resolve("source"), bytes);
        target = folder.resolve("target");
    }

    @Test
    void anInterruptionLosesNoByteOfThePipe() throws IOException {
        kernel.on(Call.SPLICE_TO, new Fail(Errno.EINTR), new AtMost(1_000), new Fail(Errno.EINTR));
        try (OpenPair pair = OpenPair.open(source, target);
                SpliceCopy splice = new SpliceCopy(kernel)) {
            for (long at = 0; at < SIZE; ) {
                long copied = splice.copy(pair, at, SIZE - at);
                assertThat(copied).isPositive();
                at += copied;
            }
        }
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        assertThat(kernel.unused()).isZero();
    }

    @Test
    void whatCannotBeWrittenIsAnErrorAndNotTheEndOfTheSource() throws IOException {
        kernel.on(Call.SPLICE_TO, new AtMost(1_000), new Fail(Errno.ENOSPC), new Answer(0));
        try (OpenPair pair = OpenPair.open(source, target);
                SpliceCopy full = new SpliceCopy(kernel);
                SpliceCopy stuck = new SpliceCopy(kernel)) {
            assertThat(full.copy(pair, 0, SIZE)).isEqualTo(-Errno.ENOSPC);
            assertThat(stuck.copy(pair, 0, SIZE)).isEqualTo(-Errno.EIO);
        }
    }
}
