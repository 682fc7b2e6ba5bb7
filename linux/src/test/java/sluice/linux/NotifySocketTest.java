package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

final class NotifySocketTest {
    private static final int ROOM = 256;

    @BeforeEach
    void needsLinux() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
    }

    /** Receives what is sent to a name, whose first octet may be 0. */
    private static String received(byte[] name, String sentTo, String message) {
        int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC;
        int socket = SocketCalls.socket(SocketCalls.AF_UNIX, type, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Short.BYTES + name.length, Short.BYTES);
            address.set(JAVA_SHORT, 0, (short) SocketCalls.AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, Short.BYTES, name.length);
            long bound =
                    Native.call(SystemCall.BIND, socket, address.address(), address.byteSize());
            assertThat(bound).isZero();
            byte[] text = message.getBytes(UTF_8);
            assertThat(NotifySocket.send(sentTo, text)).isEqualTo(text.length);
            MemorySegment memory = arena.allocate(ROOM);
            long length = Native.call(
                    SystemCall.RECVFROM,
                    socket,
                    memory.address(),
                    ROOM,
                    SocketCalls.MSG_DONTWAIT,
                    0,
                    0);
            return new String(memory.asSlice(0, length).toArray(JAVA_BYTE), UTF_8);
        } finally {
            FileCalls.close(socket);
        }
    }

    @Test
    void aDatagramArrivesAtASocketWithAPath(@TempDir Path directory) {
        String path = directory.resolve("notify").toString();
        assertThat(received(path.getBytes(UTF_8), path, "READY=1\nSTATUS=is there"))
                .isEqualTo("READY=1\nSTATUS=is there");
    }

    @Test
    void aDatagramArrivesAtAnAbstractName() {
        String name = "sluice test " + ProcessHandle.current().pid();
        assertThat(received(("\0" + name).getBytes(UTF_8), "@" + name, "STOPPING=1"))
                .isEqualTo("STOPPING=1");
    }

    @Test
    void nobodyAtTheSocketIsAnError(@TempDir Path directory) {
        assertThat(NotifySocket.send(directory.resolve("none").toString(), new byte[] {1}))
                .isEqualTo(-Errno.ENOENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "vsock:2:1"})
    void whatIsNoNameOfASocketIsRefused(String name) {
        assertThat(NotifySocket.send(name, new byte[] {1})).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void aNameThatNoSocketCanHaveIsRefused() {
        assertThat(NotifySocket.send("/" + "a".repeat(106), new byte[] {1}))
                .isEqualTo(-Errno.ENOENT);
        assertThat(NotifySocket.send("/" + "a".repeat(107), new byte[] {1}))
                .isEqualTo(-Errno.EINVAL);
    }
}
