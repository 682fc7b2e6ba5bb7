package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What stands in for statx(2) where the kernel does not have it. */
class OldStatTest {
    @Test
    void tellsAllThatStatxTells(@TempDir Path directory) throws IOException {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        Path file = Files.writeString(directory.resolve("file"), "content");
        Files.createLink(directory.resolve("second"), file);
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        for (Path path : List.of(file, directory, link, Path.of("/proc"), Path.of("/dev/null"))) {
            try (var fixture = new Fixture()) {
                MemorySegment old = fixture.memory(Statx.SIZE);
                MemorySegment now = fixture.memory(Statx.SIZE);
                long name = fixture.text(path.toString()).address();
                int flags = FileCalls.AT_SYMLINK_NOFOLLOW;
                int here = FileCalls.AT_FDCWD;
                int mask = Statx.STATX_BASIC_STATS;
                assertThat(FileCalls.statx(here, name, flags, mask, now.address()))
                        .isZero();
                assertThat(OldStat.stat(here, name, flags, old.address())).isZero();
                assertThat(facts(old)).as(path.toString()).isEqualTo(facts(now));
            }
        }
    }

    private static List<Number> facts(MemorySegment statx) {
        return List.of(
                Statx.mask(statx) & Statx.STATX_BASIC_STATS,
                Statx.mode(statx),
                Statx.size(statx),
                Statx.blocks(statx),
                Statx.ino(statx),
                Statx.dev(statx),
                Statx.nlink(statx),
                Statx.mtimeSeconds(statx),
                Statx.mtimeNanos(statx),
                Statx.ctimeSeconds(statx),
                Statx.ctimeNanos(statx));
    }

    @Test
    void keepsTheErrorsOfTheCall() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        try (var fixture = new Fixture()) {
            long name = fixture.text("/nothing/here").address();
            long statx = fixture.memory(Statx.SIZE).address();
            assertThat(OldStat.stat(FileCalls.AT_FDCWD, name, 0, statx)).isEqualTo(-Errno.ENOENT);
        }
    }

    /** Numbers of devices have 12 and 20 bits, which struct stat keeps in four pieces. */
    @Test
    void takesTheNumbersOfADeviceApart() {
        try (var fixture = new Fixture()) {
            MemorySegment memory = fixture.memory(Statx.SIZE);
            memory.set(java.lang.foreign.ValueLayout.JAVA_LONG, OldStat.DEV, 0xABCDEF12L);
            OldStat.convert(memory);
            assertThat(Statx.dev(memory)).isEqualTo(0xDEFL << 32 | 0xABC12L);
        }
    }
}
