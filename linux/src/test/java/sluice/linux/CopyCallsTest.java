package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.linux.Fixture.ok;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

class CopyCallsTest {
    private static final int PAGE = 4096;
    private static final long BEYOND_4_GIB = 5L << 30;

    @TempDir
    private Path directory;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    private int file(long at, byte[] content) throws IOException {
        var path = directory.resolve("file");
        try (var channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content), at);
        }
        return fixture.open(path, FileCalls.O_RDONLY);
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void splicesAFileThroughAPipeToASocketFromBeyondFourGigabytes() throws IOException {
        var content = random(10_000);
        int file = file(BEYOND_4_GIB, content);
        long pipe = CopyCalls.pipe();
        int in = fixture.opened(CopyCalls.readEnd(pipe));
        int out = fixture.opened(CopyCalls.writeEnd(pipe));
        assertThat(ok(CopyCalls.setPipeSize(out, 64 << 10))).isEqualTo(64 << 10);
        var pair = fixture.pair(Fixture.STREAM);
        int move = CopyCalls.SPLICE_F_MOVE;
        assertThat(CopyCalls.spliceFrom(file, BEYOND_4_GIB, out, 20_000, move)).isEqualTo(10_000);
        assertThat(CopyCalls.splice(in, pair[0], 10_000, move)).isEqualTo(10_000);
        var got = fixture.memory(10_000);
        ok(SocketCalls.recv(pair[1], got.address(), 10_000, SocketCalls.MSG_WAITALL));
        assertThat(got.toArray(JAVA_BYTE)).isEqualTo(content);
        assertThat(CopyCalls.splice(in, pair[0], 1, move)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aMappingBeyondTheEndOfAFileIsRefusedByTheCallThatReadsIt() throws IOException {
        var content = random(PAGE);
        int file = file(0, content);
        long address = CopyCalls.map(file, 0, 2L * PAGE);
        assertThat(address).isPositive();
        var pair = fixture.pair(Fixture.STREAM);
        assertThat(SocketCalls.send(pair[0], address, PAGE, 0)).isEqualTo(PAGE);
        assertThat(SocketCalls.send(pair[0], address + PAGE, 1, 0)).isEqualTo(-Errno.EFAULT);
        ok(CopyCalls.unmap(address, 2L * PAGE));
        assertThat(SocketCalls.send(pair[0], address, 1, 0)).isEqualTo(-Errno.EFAULT);
        assertThat(CopyCalls.map(file, 1, PAGE)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void tellsWhatIsInThePageCache() throws IOException {
        int file = file(8L * PAGE, random(2 * PAGE));
        int written = CopyCalls.byteWithoutWaiting(file, 9L * PAGE);
        assumeTrue(written != -Errno.EOPNOTSUPP, "this file system cannot read without waiting");
        assertThat(written).isEqualTo(1);
        assertThat(CopyCalls.byteWithoutWaiting(file, 10L * PAGE)).isZero();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment some = arena.allocate(100);
            int read = CopyCalls.readWithoutWaiting(file, some.address(), 100, 10L * PAGE - 60);
            assertThat(read).isEqualTo(60);
            MemorySegment same = arena.allocate(60);
            assertThat(FileCalls.pread(file, same.address(), 60, 10L * PAGE - 60))
                    .isEqualTo(60);
            assertThat(some.asSlice(0, 60).mismatch(same)).isEqualTo(-1);
        }
        long cached = CopyCalls.cachedPages(file, 8L * PAGE, 2L * PAGE);
        assumeTrue(cached != -Errno.ENOSYS, "this kernel has no cachestat");
        assertThat(cached).isEqualTo(2);
        assertThat(CopyCalls.cachedPages(file, 0, 8L * PAGE)).isZero();
    }

    @Test
    void theErrorQueueTellsWhichSendsAreOver() throws IOException {
        var connection = fixture.connection();
        int sender = connection[0];
        int zerocopy = SocketCalls.SO_ZEROCOPY;
        assumeTrue(
                SocketCalls.setOption(sender, SocketCalls.SOL_SOCKET, zerocopy, 1) == 0,
                "this kernel has no MSG_ZEROCOPY");
        var queue = new ErrorQueue(Arena.ofAuto());
        assertThat(queue.next(Kernel.LINUX, sender)).isEqualTo(-Errno.EAGAIN);
        var bytes = random(100_000);
        var memory = fixture.memory(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        for (int i = 0; i < 2; i++) {
            int flags = SocketCalls.MSG_ZEROCOPY;
            assertThat(SocketCalls.send(sender, memory.address(), bytes.length, flags))
                    .isEqualTo(bytes.length);
            var got = fixture.memory(bytes.length);
            int all = SocketCalls.MSG_WAITALL;
            ok(SocketCalls.recv(connection[1], got.address(), bytes.length, all));
            assertThat(got.toArray(JAVA_BYTE)).isEqualTo(bytes);
        }
        int next = 0;
        while (next < 2) {
            int told = queue.next(Kernel.LINUX, sender);
            if (told > 0) {
                assertThat(queue.first()).isEqualTo(next);
                assertThat(queue.copied()).as("this machine talks to itself").isTrue();
                next = queue.last() + 1;
            }
        }
        assertThat(queue.next(Kernel.LINUX, sender)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void memoryOfItsOwnIsMappedAndGivenBack() throws IOException {
        long address = CopyCalls.mapMemory(PAGE);
        assertThat(address).isPositive();
        int file = file(0, random(10));
        assertThat(FileCalls.pread(file, address, PAGE, 0)).isEqualTo(10);
        ok(CopyCalls.unmap(address, PAGE));
        assertThat(Files.readString(Path.of("/proc/self/maps")))
                .doesNotContain(Long.toHexString(address) + "-");
    }
}
