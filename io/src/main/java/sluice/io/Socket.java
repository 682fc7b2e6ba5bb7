package sluice.io;

import org.jspecify.annotations.Nullable;

import sluice.linux.Errno;

import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;

/**
 * A connected stream socket, blocking or not: that is for the loop that made it to know. Results
 * are counts or negative {@link Outcome}s; nothing here throws for what a peer or a network can do.
 */
public interface Socket extends Pollable {
    /**
     * Receives into {@code block} from offset {@code from}.
     *
     * @return bytes received, 0 when the peer has finished, or a negative outcome
     */
    long receive(Block block, int from, int to);

    /**
     * Whether a receive would find something: {@link Outcome#AGAIN} if not. A java.nio channel
     * cannot tell and always says 1.
     *
     * @param scratch memory for one byte, which is left in the socket
     */
    long peek(Block scratch);

    /** Sends bytes of a block; {@code more} says that another send follows at once. */
    long send(Block block, int from, int to, boolean more);

    /**
     * Moves received bytes into a pipe without waiting and without lifting them (splice(2)): how
     * many, 0 at the end of the input, or a negative outcome; ENOSYS where the socket cannot.
     */
    default long splice(int pipe, long most) {
        return -Errno.ENOSYS;
    }

    /**
     * Moves received bytes into a file, waiting for the disk and not for the peer: how many, or
     * {@code -errno} of the file; ENOSYS where the socket is no java.nio channel.
     */
    default long transferTo(FileChannel file, long offset, long most) {
        return -Errno.ENOSYS;
    }

    /** What a copy path keeps with this socket between two tries, if anything. */
    default @Nullable CopyState copyState() {
        return null;
    }

    /**
     * Takes note of sends that the kernel is done with, which it announces as if the socket were
     * broken; false if there was nothing to note.
     */
    default boolean reapSends() {
        return false;
    }

    /**
     * Begins a connection.
     *
     * @return 0 when it stands, {@code -EINPROGRESS} when it is under way, or {@code -errno}
     */
    long connect(InetSocketAddress address);

    /** The outcome of a connect that was under way: 0, or {@code -errno}. */
    long finishConnect();

    /** The peer's address, or null if it is not (or no longer) connected. Allocates. */
    @Nullable
    InetSocketAddress peer();

    /** Ends our receiving: a receive that blocks returns 0, or what had arrived. */
    void shutdownInput();

    /** Tells the peer that no more bytes come (FIN). */
    void shutdownOutput();

    /** Tells the peer that what it got is broken (RST) and closes. */
    void abort();

    /** Closes. */
    void close();
}
