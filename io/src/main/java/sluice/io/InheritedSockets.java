package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.SocketCalls;
import sluice.linux.UnixSockets;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Listening sockets that this process got from another: the one that started it (sd_listen_fds(3)),
 * or the server whose place it takes ({@link Reactors#handOver}). A process has them once, so they
 * belong to no server: whoever listens on the address of one takes it. Any thread.
 */
public final class InheritedSockets {
    /** Several of one address share their port (SO_REUSEPORT). */
    private static final Map<SocketAddress, Queue<Integer>> BY_ADDRESS = new ConcurrentHashMap<>();

    private InheritedSockets() {}

    /**
     * Offers a socket to whoever listens on its address next.
     *
     * @return its address
     * @throws IOException if it is no socket that listens for TCP, or at a file
     */
    public static SocketAddress offer(int descriptor) throws IOException {
        int listens = SocketCalls.getOption(
                descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_ACCEPTCONN);
        SocketAddress address = boundTo(descriptor);
        if (listens != 1 || address == null) {
            throw new IOException("the inherited descriptor " + descriptor + " is no socket that"
                    + " listens at a port or a file"
                    + (listens < 0 ? ": " + Errno.describe(listens) : "; use ListenStream="));
        }
        FileCalls.fcntl(descriptor, FileCalls.F_SETFD, FileCalls.FD_CLOEXEC);
        BY_ADDRESS.computeIfAbsent(address, _ -> new ConcurrentLinkedQueue<>()).add(descriptor);
        return address;
    }

    /** Where a socket listens: a port, or the file of a Unix socket; null if neither. */
    public static @Nullable SocketAddress boundTo(int descriptor) {
        SocketAddress address = SocketCalls.localAddress(descriptor);
        Path path = address == null ? UnixSockets.path(descriptor) : null;
        return path == null ? address : UnixDomainSocketAddress.of(path);
    }

    /** The socket for an address, which is the caller's from now on; -1 if there is none. */
    public static int take(SocketAddress address) {
        Queue<Integer> offered = BY_ADDRESS.get(address);
        Integer descriptor = offered == null ? null : offered.poll();
        return descriptor == null ? -1 : descriptor;
    }

    /** Closes what nobody took. */
    public static void closeRest() {
        for (Queue<Integer> offered : BY_ADDRESS.values()) {
            for (Integer left = offered.poll(); left != null; left = offered.poll()) {
                FileCalls.close(left);
            }
        }
    }
}
