package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.linux.Fixture.ok;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

class FileCallsTest {
    private static final long BENEATH = FileCalls.RESOLVE_BENEATH;

    @TempDir
    private Path directory;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    @Test
    void returnsTheNegatedErrnoOfWhatFailed() {
        assertThat(FileCalls.close(-1)).isEqualTo(-Errno.EBADF);
        assertThat(FileCalls.open(directory + "/none", 0, 0)).isEqualTo(-Errno.ENOENT);
        assertThat(FileCalls.open(directory + "/none/x", 0, 0)).isEqualTo(-Errno.ENOENT);
        assertThat(FileCalls.open(directory + "/", FileCalls.O_WRONLY, 0)).isEqualTo(-Errno.EISDIR);
        assertThat(FileCalls.pread(-1, 0, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(FileCalls.statx(-1, Statx.STATX_BASIC_STATS, 0)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void answersEfaultForAnAddressThatIsNotMemory() throws IOException {
        int file = fixture.open(write("file", "content"), FileCalls.O_RDONLY);
        assertThat(FileCalls.pread(file, 8, 4, 0)).isEqualTo(-Errno.EFAULT);
    }

    @Test
    void opensWhatIsBeneathADirectory() throws IOException {
        write("file", "content");
        Files.createSymbolicLink(directory.resolve("inside"), Path.of("file"));
        for (var name : new String[] {"file", "inside"}) {
            int fd = fixture.opened(openat2(directory, name, BENEATH));
            assertThat(read(fd)).isEqualTo("content");
        }
    }

    @Test
    void refusesEveryWayOutOfADirectory() throws IOException {
        write("file", "content");
        var inner = Files.createDirectory(directory.resolve("inner"));
        Files.createSymbolicLink(inner.resolve("out"), Path.of("../file"));
        Files.createSymbolicLink(inner.resolve("absolute"), inner);
        assertThat(openat2(inner, "..", BENEATH)).isEqualTo(-Errno.EXDEV);
        assertThat(openat2(inner, "../inner", BENEATH)).isEqualTo(-Errno.EXDEV);
        assertThat(openat2(inner, "/etc/passwd", BENEATH)).isEqualTo(-Errno.EXDEV);
        assertThat(openat2(inner, "out", BENEATH)).isEqualTo(-Errno.EXDEV);
        assertThat(openat2(inner, "absolute", BENEATH)).isEqualTo(-Errno.EXDEV);
    }

    @Test
    void refusesSymbolicLinksWhenAsked() throws IOException {
        write("file", "content");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        int opened = openat2(directory, "link", BENEATH | FileCalls.RESOLVE_NO_SYMLINKS);
        assertThat(opened).isEqualTo(-Errno.ELOOP);
    }

    @Test
    void statxSeesWhatJavaSees() throws IOException {
        var path = write("file", "content");
        var time = Instant.ofEpochSecond(1_234_567_890, 123_456_789);
        Files.setLastModifiedTime(path, FileTime.from(time));
        Files.createLink(directory.resolve("second"), path);
        var statx = statx(fixture.open(path, FileCalls.O_RDONLY));
        var expected = Files.readAttributes(path, "unix:*");
        assertThat(Statx.mask(statx)).matches(m -> (m & Statx.STATX_BASIC_STATS) == 0x7ff);
        assertThat(Statx.size(statx)).isEqualTo(7);
        assertThat(Statx.isRegularFile(statx)).isTrue();
        assertThat(Statx.isDirectory(statx)).isFalse();
        assertThat(Statx.mode(statx)).isEqualTo(expected.get("mode"));
        assertThat(Statx.ino(statx)).isEqualTo(expected.get("ino"));
        assertThat(Statx.nlink(statx)).isEqualTo(2);
        assertThat(Statx.mtimeSeconds(statx)).isEqualTo(time.getEpochSecond());
        assertThat(Statx.mtimeNanos(statx)).isEqualTo(time.getNano());
        assertThat(FileTime.from(ctime(statx))).isEqualTo(expected.get("ctime"));
    }

    @Test
    void statxTellsDevicesApart() throws IOException {
        var here = statx(fixture.open(directory, FileCalls.O_PATH));
        var proc = statx(fixture.open(Path.of("/proc"), FileCalls.O_PATH));
        assertThat(Statx.isDirectory(here)).isTrue();
        assertThat(Statx.dev(here)).isNotEqualTo(Statx.dev(proc));
        long dev = (long) Files.getAttribute(directory, "unix:dev");
        long major = dev >>> 8 & 0xfff; // as makedev(3) packs small numbers
        long minor = dev & 0xff | dev >>> 12 & 0xfff00;
        assertThat(Statx.dev(here)).isEqualTo(major << 32 | minor);
    }

    @Test
    void readsBeyondTwoGibibytes() throws IOException {
        long offset = 5L << 30;
        int file = fixture.open(sparse(offset, "behind"), FileCalls.O_RDONLY);
        var memory = fixture.memory(16);
        assertThat(FileCalls.pread(file, memory.address(), 16, offset)).isEqualTo(6);
        assertThat(Fixture.text(memory, 6)).isEqualTo("behind");
        assertThat(FileCalls.pread(file, memory.address(), 16, offset + 6)).isZero();
    }

    @Test
    void sendfileSendsFromBeyondTwoGibibytesAndLeavesThePositionAlone() throws IOException {
        long offset = 5L << 30;
        int file = fixture.open(sparse(offset, "behind"), FileCalls.O_RDONLY);
        int[] sockets = fixture.connection();
        assertThat(FileCalls.sendfile(sockets[0], file, offset + 2, 100)).isEqualTo(4);
        assertThat(FileCalls.sendfile(sockets[0], file, offset, 2)).isEqualTo(2);
        assertThat(FileCalls.sendfile(sockets[0], file, offset + 6, 100)).isZero();
        var memory = fixture.memory(16);
        long received = SocketCalls.recv(sockets[1], memory.address(), 6, SocketCalls.MSG_WAITALL);
        assertThat(Fixture.text(memory, received)).isEqualTo("hindbe");
        assertThat(FileCalls.read(file, memory.address(), 1)).isEqualTo(1);
        assertThat(memory.get(JAVA_BYTE, 0)).isZero();
    }

    @Test
    void listsADirectoryWithTypes() throws IOException {
        write("file", "");
        write("na\u00efve name", "");
        Files.createDirectory(directory.resolve("sub"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        int fd = fixture.open(directory, FileCalls.O_DIRECTORY);
        var entries = fixture.memory(4096);
        long length = ok(FileCalls.getdents64(fd, entries.address(), entries.byteSize()));
        var found = new TreeMap<String, Integer>();
        for (long at = 0; at < length; at = Dirent.next(entries, at)) {
            assertThat(Dirent.ino(entries, at)).isNotZero();
            var name = new String(Dirent.name(entries, at), StandardCharsets.UTF_8);
            found.put(name, Dirent.type(entries, at));
        }
        assumeTrue(!found.containsValue(Dirent.DT_UNKNOWN), "the file system tells no types");
        assertThat(found)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        ".", Dirent.DT_DIR,
                        "..", Dirent.DT_DIR,
                        "file", Dirent.DT_REG,
                        "link", Dirent.DT_LNK,
                        "na\u00efve name", Dirent.DT_REG,
                        "sub", Dirent.DT_DIR));
        assertThat(FileCalls.getdents64(fd, entries.address(), entries.byteSize()))
                .isZero();
    }

    @Test
    void readsALinkWithoutFollowingIt() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("some/where"));
        int fd = fixture.open(directory, FileCalls.O_PATH);
        var memory = fixture.memory(64);
        long name = fixture.text("link").address();
        long length = ok(FileCalls.readlinkat(fd, name, memory.address(), 64));
        assertThat(Fixture.text(memory, length)).isEqualTo("some/where");
    }

    @Test
    void duplicatesAboveAGivenNumberAndKeepsFlags() {
        int fd = fixture.open(directory, FileCalls.O_DIRECTORY);
        int high = fixture.opened(FileCalls.fcntl(fd, FileCalls.F_DUPFD_CLOEXEC, 200));
        int low = fixture.opened(FileCalls.dup(fd));
        assertThat(high).isGreaterThanOrEqualTo(200);
        assertThat(FileCalls.fcntl(high, FileCalls.F_GETFD, 0)).isEqualTo(FileCalls.FD_CLOEXEC);
        assertThat(FileCalls.fcntl(low, FileCalls.F_GETFD, 0)).isZero();
        ok(FileCalls.fcntl(low, FileCalls.F_SETFL, FileCalls.O_NONBLOCK));
        assertThat(FileCalls.fcntl(fd, FileCalls.F_GETFL, 0) & FileCalls.O_NONBLOCK)
                .isNotZero();
    }

    @Test
    void writesTruncatesAndReadsBack() throws IOException {
        var path = directory.resolve("new");
        int flags = FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL;
        int fd = fixture.opened(FileCalls.open(path.toString(), flags, 0600));
        var text = fixture.text("hello");
        assertThat(FileCalls.write(fd, text.address(), 5)).isEqualTo(5);
        ok(FileCalls.ftruncate(fd, 4));
        assertThat(Files.readString(path)).isEqualTo("hell");
        assertThat(FileCalls.open(path.toString(), flags, 0600)).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void leavesNoDescriptorBehindWhenItIsClosed() {
        var closed = new ArrayList<Integer>();
        long before = Fixture.openDescriptors();
        for (int i = 0; i < 100; i++) {
            int fd = ok(FileCalls.open(directory.toString(), FileCalls.O_DIRECTORY, 0));
            closed.add(FileCalls.close(fd));
        }
        assertThat(closed).containsOnly(0);
        assertThat(Fixture.openDescriptors()).isEqualTo(before);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    /** A file that takes no space up to {@code offset}, where {@code content} begins. */
    private Path sparse(long offset, String content) throws IOException {
        var path = directory.resolve("sparse");
        var options = new StandardOpenOption[] {
            StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE
        };
        try (var channel = FileChannel.open(path, options)) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), offset);
        }
        return path;
    }

    private int openat2(Path under, String path, long resolve) {
        int root = fixture.open(under, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
        long name = fixture.text(path).address();
        int result = FileCalls.openat2(root, name, FileCalls.O_CLOEXEC, 0, resolve);
        assumeTrue(result != -Errno.ENOSYS, "this kernel has no openat2");
        return result;
    }

    private String read(int fd) {
        var memory = fixture.memory(64);
        return Fixture.text(memory, ok(FileCalls.pread(fd, memory.address(), 64, 0)));
    }

    private static Instant ctime(MemorySegment statx) {
        return Instant.ofEpochSecond(Statx.ctimeSeconds(statx), Statx.ctimeNanos(statx));
    }

    private MemorySegment statx(int fd) {
        var statx = fixture.memory(Statx.SIZE);
        ok(FileCalls.statx(fd, Statx.STATX_BASIC_STATS, statx.address()));
        return statx;
    }
}
