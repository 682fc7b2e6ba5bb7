package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory, descriptors and sockets of one test, freed at its end. */
final class Fixture implements AutoCloseable {
    static final int STREAM = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;
    static final int NONBLOCKING = STREAM | SocketCalls.SOCK_NONBLOCK;

    private final Arena arena = Arena.ofShared();
    private final Descriptors open = new Descriptors();

    Fixture() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
    }

    /** The result of a call that must not fail. */
    static int ok(long result) {
        assertThat(Errno.describe(Math.min(result, 0))).isEqualTo("ok");
        return (int) result;
    }

    int opened(int descriptor) {
        return open.add(ok(descriptor));
    }

    int open(Path path, int flags) {
        return opened(FileCalls.open(path.toString(), flags | FileCalls.O_CLOEXEC, 0));
    }

    MemorySegment memory(long size) {
        return arena.allocate(size, Long.BYTES);
    }

    MemorySegment text(String text) {
        return arena.allocateFrom(text);
    }

    static String text(MemorySegment memory, long length) {
        var bytes = memory.asSlice(0, length).toArray(JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Two connected sockets of the Unix domain. */
    int[] pair(int type) {
        var pair = memory(2 * Integer.BYTES);
        ok(SocketCalls.socketpair(SocketCalls.AF_UNIX, type, 0, pair.address()));
        return new int[] {opened(pair.get(JAVA_INT, 0)), opened(pair.get(JAVA_INT, Integer.BYTES))};
    }

    /** A socket that listens at a free port of the loopback. */
    int listener(int type) {
        int listener = opened(SocketCalls.socket(SocketCalls.AF_INET, type, 0));
        var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ok(SocketCalls.bind(listener, free));
        ok(SocketCalls.listen(listener, 16));
        return listener;
    }

    static InetSocketAddress addressOf(int socket) {
        var address = SocketCalls.localAddress(socket);
        assertThat(address).isNotNull();
        return address;
    }

    /** Two sockets connected over TCP, client first. */
    int[] connection() {
        int listener = listener(STREAM);
        int client = opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        ok(SocketCalls.connect(client, addressOf(listener)));
        return new int[] {client, opened(SocketCalls.accept4(listener, SocketCalls.SOCK_CLOEXEC))};
    }

    static long openDescriptors() {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        open.close();
        arena.close();
    }
}
