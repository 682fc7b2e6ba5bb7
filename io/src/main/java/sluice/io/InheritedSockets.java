package sluice.io;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.SocketCalls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listening sockets that this process got from the one that started it (sd_listen_fds(3)). A
 * process has them once, so they belong to no server: the first that listens on the address of one
 * takes it. Any thread.
 */
public final class InheritedSockets {
    private static final Map<InetSocketAddress, Integer> BY_ADDRESS = new ConcurrentHashMap<>();

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
        BY_ADDRESS.put(address, descriptor);
        return address;
    }

    /** The socket for an address, which is the caller's from now on; -1 if there is none. */
    public static int take(InetSocketAddress address) {
        Integer descriptor = BY_ADDRESS.remove(address);
        return descriptor == null ? -1 : descriptor;
    }
}
