package sluice.io;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.InetSocketAddress;
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
    private static final Map<InetSocketAddress, Queue<Integer>> BY_ADDRESS =
            new ConcurrentHashMap<>();

    private InheritedSockets() {}

    /**
     * Offers a socket to whoever listens on its address next.
     *
     * @return its address
     * @throws IOException if it is no socket that listens for TCP
     */
    public static InetSocketAddress offer(int descriptor) throws IOException {
        int listens = SocketCalls.getOption(
                descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_ACCEPTCONN);
        InetSocketAddress address = SocketCalls.localAddress(descriptor);
        if (listens != 1 || address == null) {
            throw new IOException("the inherited descriptor " + descriptor + " is no socket that"
                    + " listens for TCP"
                    + (listens < 0 ? ": " + Errno.describe(listens) : "; use ListenStream=PORT"));
        }
        FileCalls.fcntl(descriptor, FileCalls.F_SETFD, FileCalls.FD_CLOEXEC);
        BY_ADDRESS.computeIfAbsent(address, _ -> new ConcurrentLinkedQueue<>()).add(descriptor);
        return address;
    }

    /** The socket for an address, which is the caller's from now on; -1 if there is none. */
    public static int take(InetSocketAddress address) {
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
