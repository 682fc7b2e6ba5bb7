package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Datagrams to a socket of unix(7), which java.nio has no channel for: sd_notify(3). */
public final class NotifySocket {
    /** struct sockaddr_un (unix(7)): the family, then the path. */
    private static final int PATH_AT = 2;

    private static final int PATH_MAX = 108;

    private NotifySocket() {}

    /**
     * Sends one datagram without waiting.
     *
     * @param to the path of a socket; with @ in front, a name of the abstract namespace
     * @return octets sent, or {@code -errno}
     */
    public static int send(String to, byte[] message) {
        byte[] path = to.getBytes(UTF_8);
        boolean isAbstract = path.length > 0 && path[0] == '@';
        if (path.length == 0 || path.length >= PATH_MAX || !isAbstract && path[0] != '/') {
            return -Errno.EINVAL;
        }
        if (isAbstract) {
            path[0] = 0;
        }
        int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC;
        int socket = SocketCalls.socket(SocketCalls.AF_UNIX, type, 0);
        if (socket < 0) {
            return socket;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PATH_AT + PATH_MAX, Short.BYTES);
            address.set(JAVA_SHORT, 0, (short) SocketCalls.AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, PATH_AT, path.length);
            // A path ends with an octet 0, an abstract name with the length of the address.
            int length = PATH_AT + path.length + (isAbstract ? 0 : 1);
            MemorySegment text = arena.allocate(Math.max(1, message.length));
            MemorySegment.copy(message, 0, text, JAVA_BYTE, 0, message.length);
            int flags = SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_NOSIGNAL;
            return (int) Native.call(
                    SystemCall.SENDTO,
                    socket,
                    text.address(),
                    message.length,
                    flags,
                    address.address(),
                    length);
        } finally {
            FileCalls.close(socket);
        }
    }
}
