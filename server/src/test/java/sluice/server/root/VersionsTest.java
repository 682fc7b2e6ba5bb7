package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.root.Roots.write;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.OpenFile;
import sluice.io.Samples;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

class VersionsTest {
    private static final int ROUND = 10_000;
    private static final int ROUNDS = 200;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory;

    private Path file;

    private interface Change {
        void make(Path file) throws IOException;
    }

    private interface Question {
        boolean ask(OpenFile file, FileStat stat, Samples samples);
    }

    @BeforeEach
    void makeFile() throws IOException {
        file = write(directory.resolve("file"), "first version");
    }

    /** Whether it still has the bytes of the version that was opened. */
    private boolean isUnchangedAfter(Roots kind, Change change) throws IOException {
        return isAfter(kind, change, Versions::hold);
    }

    /** Whether nobody has touched it. */
    private boolean isCurrentAfter(Roots kind, Change change) throws IOException {
        return isAfter(kind, change, (open, stat, _) -> Versions.unchanged(open, stat));
    }

    private boolean isAfter(Roots kind, Change change, Question question) throws IOException {
        try (var root = kind.open(directory, SymlinkPolicy.INSIDE)) {
            var found = (Opened.Found) Roots.open(root, "file");
            try {
                var samples = new Samples(found.stat().size());
                samples.opened(found.file());
                assertThat(question.ask(found.file(), found.stat(), samples)).isTrue();
                change.make(file);
                return question.ask(found.file(), found.stat(), samples);
            } finally {
                found.file().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOpenFileIsUnchangedWhenAnotherTakesItsName(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, name -> {
                    var next = write(directory.resolve("next"), "other version");
                    Files.move(next, name, StandardCopyOption.ATOMIC_MOVE);
                }))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anOpenFileIsUnchangedWhenItIsRemoved(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, Files::delete)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anOpenFileIsUnchangedWhenItGetsASecondName(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(
                        kind, name -> Files.createLink(directory.resolve("second"), name)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aFileWrittenInPlaceIsChanged(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, VersionsTest::overwrite)).isFalse();
    }

    /** With the same length and, in the end, the same mtime: ctime tells. */
    @ParameterizedTest
    @EnumSource
    void aFileWrittenInPlaceIsChangedEvenIfItsTimeIsSetBack(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, name -> {
                    var mtime = Files.getLastModifiedTime(name);
                    overwrite(name);
                    Files.setLastModifiedTime(name, mtime);
                }))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anOpenFileIsUnchangedWhenItsModeIsChangedButNotCurrent(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, VersionsTest::changeMode)).isTrue();
        assertThat(isCurrentAfter(kind, VersionsTest::changeMode)).isFalse();
    }

    private static void changeMode(Path file) throws IOException {
        var before = Files.getAttribute(file, "unix:ctime");
        do {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        } while (Files.getAttribute(file, "unix:ctime").equals(before));
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatGrowsIsUnchangedButNotCurrent(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, VersionsTest::append)).isTrue();
        assertThat(isCurrentAfter(kind, VersionsTest::append)).isFalse();
    }

    private static void append(Path file) throws IOException {
        Files.writeString(file, "more", StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsRewrittenByALongerOneIsChanged(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, name -> Files.writeString(name, "the second version")))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatShrinksIsChanged(Roots kind) throws IOException {
        assertThat(isUnchangedAfter(kind, name -> Files.writeString(name, "less")))
                .isFalse();
    }

    /** Until the clock of the file system, which ticks every few milliseconds, has moved on. */
    private static void overwrite(Path file) throws IOException {
        var before = Files.getAttribute(file, "unix:ctime");
        do {
            Files.writeString(file, "FIRST VERSION", StandardOpenOption.WRITE);
        } while (Files.getAttribute(file, "unix:ctime").equals(before));
    }

    @Test
    void theSameNumbersOfAnotherInodeAreAnotherVersion() {
        var stat = new FileStat(1, 2, 3, 4, 5, 6, 7, 1, FileKind.REGULAR);
        assertThat(stat.sameVersion(new FileStat(1, 2, 3, 4, 5, 6, 7, 1, FileKind.REGULAR)))
                .isTrue();
        assertThat(stat.sameVersion(new FileStat(1, 2, 3, 4, 5, 60, 7, 1, FileKind.REGULAR)))
                .isFalse();
        assertThat(stat.sameVersion(new FileStat(1, 2, 3, 4, 5, 6, 70, 1, FileKind.REGULAR)))
                .isFalse();
    }

    @Test
    void aChangedTimeIsAnotherVersion() {
        var stat = new FileStat(1, 2, 3, 4, 5, 6, 7, 1, FileKind.REGULAR);
        assertThat(stat.sameVersion(new FileStat(1, 2, 3, 4, 9, 6, 7, 1, FileKind.REGULAR)))
                .isFalse();
        assertThat(stat.sameVersion(new FileStat(1, 2, 9, 4, 5, 6, 7, 0, FileKind.REGULAR)))
                .isFalse();
        assertThat(stat.sameVersion(new FileStat(9, 2, 3, 4, 5, 6, 7, 0, FileKind.REGULAR)))
                .isFalse();
    }

    @Test
    void aClosedFileIsNotUnchanged() throws IOException {
        try (var root = Roots.PORTABLE.open(directory, SymlinkPolicy.INSIDE)) {
            var found = (Opened.Found) Roots.open(root, "file");
            found.file().close();
            assertThat(Versions.unchanged(found.file(), found.stat())).isFalse();
        }
    }

    /** Some round of many: the first ones run before the JIT compiler is done. */
    @Test
    @Tag("allocations")
    void askingADescriptorAllocatesNothing() throws IOException {
        try (var root = Roots.LINUX.open(directory, SymlinkPolicy.INSIDE)) {
            var found = (Opened.Found) Roots.open(root, "file");
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ROUNDS && least > 0; i++) {
                least = Math.min(least, allocatedByARound(found));
            }
            found.file().close();
            assertThat(least).isZero();
        }
    }

    private static long allocatedByARound(Opened.Found found) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUND; i++) {
            if (!Versions.unchanged(found.file(), found.stat())) {
                throw new AssertionError("changed");
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
