package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.copy.DirectCopy;
import sluice.io.testing.TestFile;
import sluice.linux.Kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Memory and the regions behind it that leave in one send. */
class JointTest {
    private static final Cell COPIED = new Cell(Model.EPOLL, CopyMode.DIRECT);

    private final Arena arena = Arena.ofConfined();
    private final Block buffer = new Block(arena, 64);
    private final SendQueue queue = new SendQueue(new Block(arena));
    private final List<String> sends = new ArrayList<>();
    private final List<Boolean> more = new ArrayList<>();
    private int held;
    /** The offset from which on the file is not in memory. */
    private long cold = Long.MAX_VALUE;

    private TestFile file;

    @BeforeEach
    void plant(@TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "0123456789abcdefghij");
        file = new TestFile(path, Kernel.LINUX);
    }

    @AfterEach
    void free() {
        queue.clear();
        file.close();
        arena.close();
    }

    private void write(String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(
                octets, 0, queue.block().segment(), JAVA_BYTE, queue.position(), octets.length);
        queue.wrote(octets.length);
    }

    private void region(long offset, long length) {
        queue.add(file.use(), offset, length);
    }

    private Socket socket() {
        Class<Socket> type = Socket.class;
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("heldOutput")) {
                        return held;
                    }
                    Block block = (Block) arguments[0];
                    int from = (int) arguments[1];
                    int length = (int) arguments[2] - from;
                    ByteArrayOutputStream sent = new ByteArrayOutputStream();
                    sent.writeBytes(block.segment().asSlice(from, length).toArray(JAVA_BYTE));
                    sends.add(sent.toString(StandardCharsets.US_ASCII));
                    more.add((boolean) arguments[3]);
                    return (long) length;
                }));
    }

    private long send() {
        CopyPath path = new CopyPath() {
            private final CopyPath plain = new DirectCopy(buffer, new Counters());

            @Override
            public long send(
                    Socket socket, OpenFile sent, long offset, long length, boolean follows) {
                throw new IllegalStateException("regions are read");
            }

            @Override
            public long read(OpenFile read, long offset, Block into, int at, int length) {
                return offset >= cold ? IoResult.COLD : plain.read(read, offset, into, at, length);
            }

            @Override
            public Counters counters() {
                return plain.counters();
            }
        };
        MemoryChunk head = (MemoryChunk) queue.lend();
        head.joinedBy(new Joint(queue, buffer, COPIED));
        // As a connection says it, which knows of the chunks behind the head.
        return head.sendTo(socket(), path, Long.MAX_VALUE, queue.hasMore());
    }

    @Test
    void headsAndRegionsLeaveInOneSend() {
        write("<1>");
        region(0, 5);
        write("<2>");
        region(10, 4);
        assertThat(send()).isEqualTo(15);
        assertThat(sends).containsExactly("<1>01234<2>abcd");
        assertThat(more).containsExactly(false);
    }

    @Test
    void whatFindsNoRoomInTheBufferFollows() {
        write("x".repeat(62));
        region(0, 5);
        assertThat(send()).isEqualTo(64);
        assertThat(sends.getFirst()).endsWith("x01");
        assertThat(more).containsExactly(true);
    }

    @Test
    void whatIsNotInMemoryEndsIt() {
        cold = 10;
        write("<1>");
        region(0, 5);
        write("<2>");
        region(10, 4);
        assertThat(send()).isEqualTo(11);
        assertThat(sends).containsExactly("<1>01234<2>");
        assertThat(more).containsExactly(true);
    }

    @Test
    void aFileThatHasBecomeShorterEndsIt() {
        write("<1>");
        region(18, 5);
        write("<2>");
        assertThat(send()).isEqualTo(5);
        assertThat(sends).containsExactly("<1>ij");
    }

    @Test
    void whatTheSocketHoldsGoesFirstAndIsNotReadAgain() {
        held = 7;
        cold = 0;
        write("<1>");
        region(0, 5);
        assertThat(send()).isEqualTo(7);
        assertThat(sends.getFirst()).hasSize(7);
    }

    @Test
    void regionsThatAreNotCopiedAreNotJoined() {
        FileChunk region = new FileChunk();
        region.set(file.use(), 0, 5);
        assertThat(Joint.takes(region, COPIED)).isTrue();
        Cell automatic = new Cell(Model.EPOLL, CopyMode.AUTO);
        assertThat(Joint.takes(region, automatic)).as("small ones are copied").isTrue();
        region.set(file, 0, CopyMode.COPIED_MAX + 1L);
        assertThat(Joint.takes(region, automatic)).isFalse();
        assertThat(Joint.takes(region, new Cell(Model.EPOLL, CopyMode.HEAP))).isFalse();
        file.release();
    }
}
