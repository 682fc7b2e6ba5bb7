package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Sockets of unix(7) that have a path, and messages on them that carry descriptors, which java.nio
 * does not. Every method but {@link #receive} returns the kernel's result or {@code -errno}, and
 * may be called from any thread.
 */
public final class UnixSockets {
    /** A message is received whole or not at all, and ends where it was sent. */
    public static final int SOCK_SEQPACKET = 5;

    /** Most descriptors of one message (SCM_MAX_FD in the kernel). */
    public static final int DESCRIPTORS_MAX = 253;

    /** struct sockaddr_un: the family, then the path and an octet 0. */
    private static final int PATH_AT = 2;

    private static final int PATH_MAX = 108;

    private static final int SO_PEERCRED = 17;
    private static final int SO_RCVTIMEO = 20;
    /** struct ucred: the ids of the process, its user and its group. */
    private static final int UCRED_SIZE = 12;
    /** Descriptors of a message were lost, as the process may have no more. */
    private static final int MSG_CTRUNC = 0x8;

    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    /** Offsets in struct msghdr and struct cmsghdr (cmsg(3)). */
    private static final int MSGHDR_SIZE = 56;

    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;

    private UnixSockets() {}

    /**
     * What was received.
     *
     * @param result octets, 0 at the end of the stream, or {@code -errno}; -EMSGSIZE if a part of
     *     the message or of its descriptors was lost
     * @param descriptors closed on exec, and the caller's
     */
    public record Received(long result, byte[] message, int[] descriptors) {
        private static final Received NOTHING = new Received(0, new byte[0], new int[0]);

        private static Received failed(long result) {
            return new Received(result, NOTHING.message, NOTHING.descriptors);
        }
    }

    /**
     * bind(2) to a path where there is no file yet.
     *
     * @param mode of the file that this makes; who may write it may connect
     */
    public static int bind(int socket, Path path, int mode) {
        // The file gets the mode of the socket (unix(7)): nobody finds it with another.
        int set = WriteCalls.chmod(socket, mode);
        return set < 0 ? set : withPath(SystemCall.BIND, socket, path);
    }

    /**
     * bind(2) to a path where there is no file yet. The file that this makes gets the mode that the
     * umask of the process leaves.
     */
    public static int bind(int socket, Path path) {
        return withPath(SystemCall.BIND, socket, path);
    }

    /** The absolute path that a socket is bound to (getsockname(2)); null if it has none. */
    public static @Nullable Path path(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PATH_AT + PATH_MAX, Short.BYTES);
            MemorySegment length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, (int) address.byteSize());
            long got = Native.call(
                    SystemCall.GETSOCKNAME, socket, address.address(), length.address());
            boolean isUnix = got == 0 && address.get(JAVA_SHORT, 0) == SocketCalls.AF_UNIX;
            // An abstract name begins with an octet 0, and a socket without a name has none.
            if (!isUnix || address.get(JAVA_BYTE, PATH_AT) != '/') {
                return null;
            }
            int end = PATH_AT;
            while (end < address.byteSize() && address.get(JAVA_BYTE, end) != 0) {
                end++;
            }
            return PathBytes.absolute(address.asSlice(PATH_AT, end - PATH_AT).toArray(JAVA_BYTE));
        }
    }

    /** connect(2): {@code -ECONNREFUSED} if there is a file and nobody listens. */
    public static int connect(int socket, Path path) {
        return withPath(SystemCall.CONNECT, socket, path);
    }

    private static int withPath(SystemCall call, int socket, Path path) {
        byte[] octets = PathBytes.of(path.toAbsolutePath());
        if (octets.length >= PATH_MAX) {
            return -Errno.ENAMETOOLONG;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PATH_AT + PATH_MAX, Short.BYTES);
            address.set(JAVA_SHORT, 0, (short) SocketCalls.AF_UNIX);
            MemorySegment.copy(octets, 0, address, JAVA_BYTE, PATH_AT, octets.length);
            int length = PATH_AT + octets.length + 1;
            return (int) Native.call(call, socket, address.address(), length);
        }
    }

    /** SO_RCVTIMEO and SO_SNDTIMEO: after so long a call that waits returns {@code -EAGAIN}. */
    public static int limitWaits(int socket, int millis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(2 * Long.BYTES, Long.BYTES);
            time.set(JAVA_LONG, 0, millis / 1_000);
            time.set(JAVA_LONG, Long.BYTES, millis % 1_000 * 1_000L);
            int result = (int) Native.call(
                    SystemCall.SETSOCKOPT,
                    socket,
                    SocketCalls.SOL_SOCKET,
                    SO_RCVTIMEO,
                    time.address(),
                    2 * Long.BYTES,
                    0);
            return result < 0 ? result : SocketCalls.setSendTimeout(socket, millis);
        }
    }

    /**
     * sendmsg(2): a message, and descriptors that the receiver gets as its own. They stay open
     * here.
     */
    public static long send(int socket, byte[] message, int... descriptors) {
        if (descriptors.length > DESCRIPTORS_MAX) {
            return -Errno.EINVAL;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(Math.max(1, message.length));
            MemorySegment.copy(message, 0, text, JAVA_BYTE, 0, message.length);
            MemorySegment header = header(text, message.length, arena);
            if (descriptors.length > 0) {
                int length = CMSG_DATA + descriptors.length * Integer.BYTES;
                MemorySegment control = arena.allocate(length, Long.BYTES);
                control.set(JAVA_LONG, 0, length);
                control.set(JAVA_INT, CMSG_LEVEL, SocketCalls.SOL_SOCKET);
                control.set(JAVA_INT, CMSG_TYPE, SCM_RIGHTS);
                MemorySegment.copy(
                        descriptors, 0, control, JAVA_INT, CMSG_DATA, descriptors.length);
                header.set(JAVA_LONG, CONTROL, control.address());
                header.set(JAVA_LONG, CONTROL_LENGTH, length);
            }
            return Native.call(
                    SystemCall.SENDMSG, socket, header.address(), SocketCalls.MSG_NOSIGNAL);
        }
    }

    /**
     * recvmsg(2).
     *
     * @param most octets of the message
     */
    public static Received receive(int socket, int most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(most);
            MemorySegment header = header(text, most, arena);
            int room = CMSG_DATA + DESCRIPTORS_MAX * Integer.BYTES;
            MemorySegment control = arena.allocate(room, Long.BYTES);
            header.set(JAVA_LONG, CONTROL, control.address());
            header.set(JAVA_LONG, CONTROL_LENGTH, room);
            long result = SocketCalls.recvmsg(socket, header.address(), MSG_CMSG_CLOEXEC);
            if (result < 0) {
                return Received.failed(result);
            }
            int[] descriptors = descriptors(control, header.get(JAVA_LONG, CONTROL_LENGTH));
            int lost = header.get(JAVA_INT, FLAGS) & (SocketCalls.MSG_TRUNC | MSG_CTRUNC);
            if (lost != 0) {
                for (int descriptor : descriptors) {
                    FileCalls.close(descriptor);
                }
                return Received.failed(-Errno.EMSGSIZE);
            }
            byte[] message = text.asSlice(0, result).toArray(JAVA_BYTE);
            return new Received(result, message, descriptors);
        }
    }

    private static int[] descriptors(MemorySegment control, long length) {
        boolean some = length >= CMSG_DATA
                && control.get(JAVA_INT, CMSG_LEVEL) == SocketCalls.SOL_SOCKET
                && control.get(JAVA_INT, CMSG_TYPE) == SCM_RIGHTS;
        if (!some) {
            return new int[0];
        }
        long octets = control.get(JAVA_LONG, 0) - CMSG_DATA;
        return control.asSlice(CMSG_DATA, octets).toArray(JAVA_INT);
    }

    private static MemorySegment header(MemorySegment text, long length, Arena arena) {
        MemorySegment piece = arena.allocate(SocketCalls.IOVEC_SIZE, Long.BYTES);
        piece.set(JAVA_LONG, 0, text.address());
        piece.set(JAVA_LONG, Long.BYTES, length);
        MemorySegment header = arena.allocate(MSGHDR_SIZE, Long.BYTES);
        header.set(JAVA_LONG, SocketCalls.MSGHDR_IOV, piece.address());
        header.set(JAVA_LONG, SocketCalls.MSGHDR_IOVLEN, 1);
        return header;
    }

    /** The process id of who connected or listens (SO_PEERCRED), or {@code -errno}. */
    public static int peerPid(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(UCRED_SIZE, Integer.BYTES);
            MemorySegment length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, UCRED_SIZE);
            int result = (int) Native.call(
                    SystemCall.GETSOCKOPT,
                    socket,
                    SocketCalls.SOL_SOCKET,
                    SO_PEERCRED,
                    credentials.address(),
                    length.address(),
                    0);
            return result < 0 ? result : credentials.get(JAVA_INT, 0);
        }
    }
}
