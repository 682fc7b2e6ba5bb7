package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.testing.ManualLoop;
import sluice.io.testing.ScriptedProtocol;
import sluice.linux.Linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;

/** A file by its descriptor, and, without system calls, by a channel. */
class SharedFileTest {
    private static final long OLD = 1_000_000_000_000L;

    @TempDir
    Path folder;

    private final EventLoop loop = new ManualLoop(ScriptedProtocol::new, 1);
    private final Block block = new Block(Arena.ofAuto());
    private Path path;

    @BeforeEach
    void plant() throws IOException {
        path = Files.writeString(folder.resolve("file"), "content");
        Files.setLastModifiedTime(path, FileTime.fromMillis(OLD));
    }

    private SharedFile open(boolean descriptor) throws IOException {
        assumeTrue(!descriptor || Linux.available());
        return descriptor ? SharedFile.open(path, loop) : SharedFile.byChannel(path);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsOpenUntilItsLastUseEnds(boolean descriptor) throws IOException {
        SharedFile file = open(descriptor);
        assertThat(file.size()).isEqualTo(7);
        assertThat(file.retain()).isTrue();
        file.release();
        assertThat(file.file().read(0, block, 7)).isEqualTo(7);

        file.release();

        assertThat(file.file().read(0, block, 7)).isNegative();
        assertThat(file.retain()).as("a use after the last").isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsWrittenInPlaceIsNoticed(boolean descriptor) throws IOException {
        SharedFile file = open(descriptor);
        assertThat(file.unchanged()).isTrue();
        Files.writeString(path, "CONTENT");
        assertThat(file.unchanged()).isFalse();
        file.release();
    }

    @Test
    void whatIsWrittenInPlaceIsNoticedEvenIfItsTimeIsSetBack() throws IOException {
        SharedFile file = open(true);
        Files.writeString(path, "CONTENT");
        Files.setLastModifiedTime(path, FileTime.fromMillis(OLD));
        assertThat(file.unchanged()).isFalse();
        file.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOnlyGrewIsStillItsVersion(boolean descriptor) throws IOException {
        SharedFile file = open(descriptor);
        Files.writeString(path, " and more", StandardOpenOption.APPEND);
        assertThat(file.unchanged()).isTrue();
        file.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsRewrittenByMoreIsNoticed(boolean descriptor) throws IOException {
        SharedFile file = open(descriptor);
        Files.writeString(path, "CONTENT and more");
        assertThat(file.unchanged()).isFalse();
        file.release();
    }

    @Test
    void whatGotAnotherModeIsStillItsVersion() throws IOException {
        SharedFile file = open(true);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(file.unchanged()).isTrue();
        file.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReplacedIsStillItsVersion(boolean descriptor) throws IOException {
        SharedFile file = open(descriptor);
        Path other = Files.writeString(folder.resolve("other"), "another one");
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
        assertThat(file.unchanged()).isTrue();
        file.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyRegularFilesAreOpened(boolean descriptor) throws IOException {
        for (Path none : new Path[] {folder, folder.resolve("missing"), path.resolve("below")}) {
            path = none;
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> open(descriptor))
                    .withMessageContaining(none.getFileName().toString());
        }
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> SharedFile.byChannel(folder));
    }

    @Test
    void descriptorsCanBeKeptFromThoseThatSocketsNeed() throws IOException {
        assumeTrue(Linux.available());
        SharedFile file = SharedFile.byDescriptor(path, Model.SELECT.lowestFile());
        assertThat(file.file().descriptor()).isGreaterThanOrEqualTo(Model.SELECT.lowestFile());
        file.release();
    }
}
