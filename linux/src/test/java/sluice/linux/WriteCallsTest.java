package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.linux.Fixture.ok;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

class WriteCallsTest {
    private static final long BEYOND_4_GIB = 5L << 30;

    @TempDir
    private Path directory;

    private final Fixture fixture = new Fixture();
    private int dirfd;

    @BeforeEach
    void openDirectory() {
        dirfd = fixture.open(directory, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
    }

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static byte read(Path file, long at) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var one = java.nio.ByteBuffer.allocate(1);
            channel.read(one, at);
            return one.get(0);
        }
    }

    @Test
    void writesBeyondFourGigabytesFromMemoryAndFromAPipe() throws IOException {
        Path path = file("file", "");
        int fd = fixture.open(path, FileCalls.O_RDWR);
        var text = fixture.text("ab");
        long pipe = CopyCalls.pipe();
        int in = fixture.opened(CopyCalls.readEnd(pipe));
        int out = fixture.opened(CopyCalls.writeEnd(pipe));

        assertThat(WriteCalls.pwrite(fd, text.address(), 1, BEYOND_4_GIB)).isEqualTo(1);
        ok(FileCalls.write(out, text.address() + 1, 1));
        assertThat(WriteCalls.spliceTo(in, fd, BEYOND_4_GIB + 1, 10, 0)).isEqualTo(1);
        ok(WriteCalls.fsync(fd));
        ok(WriteCalls.fsync(dirfd));

        assertThat(Files.size(path)).isEqualTo(BEYOND_4_GIB + 2);
        assertThat(read(path, BEYOND_4_GIB)).isEqualTo((byte) 'a');
        assertThat(read(path, BEYOND_4_GIB + 1)).isEqualTo((byte) 'b');
    }

    @Test
    void renamesOverAFileUnlessToldNotTo() throws IOException {
        file("new", "new");
        Path old = file("old", "old");
        long from = fixture.text("new").address();
        long to = fixture.text("old").address();

        int refused = WriteCalls.rename(dirfd, from, dirfd, to, WriteCalls.RENAME_NOREPLACE);
        assertThat(refused).isEqualTo(-Errno.EEXIST);
        assertThat(old).hasContent("old");

        ok(WriteCalls.rename(dirfd, from, dirfd, to, 0));
        assertThat(old).hasContent("new");
        ok(WriteCalls.unlink(dirfd, to));
        assertThat(old).doesNotExist();
        assertThat(WriteCalls.unlink(dirfd, to)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void aLockIsNotHadTwice() throws IOException {
        Path path = file("file", "");
        int first = fixture.open(path, FileCalls.O_RDWR);
        int second = fixture.open(path, FileCalls.O_RDWR);

        ok(WriteCalls.flock(first, WriteCalls.LOCK_EX));
        assertThat(WriteCalls.flock(second, WriteCalls.LOCK_EX | WriteCalls.LOCK_NB))
                .isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void setsTheModeAndKnowsTheFreeSpace() throws IOException {
        Path path = file("file", "");
        int fd = fixture.open(path, FileCalls.O_RDWR);

        ok(WriteCalls.chmod(fd, 0600));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        long free = Files.getFileStore(path).getUsableSpace();
        assertThat(WriteCalls.freeBytes(fd)).isBetween(free / 2, free * 2);
    }
}
