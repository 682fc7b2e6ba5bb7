package sluice.io.socket;

import sluice.linux.Errno;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/**
 * One FileChannel.transferFrom out of a socket. That reads and writes in pieces, and tells neither
 * why it stops nor how much it has read by then; a piece that the disk does not take is gone, and
 * the call may not even fail. So what is read is counted here.
 */
final class ChannelTransfer implements ReadableByteChannel {
    private final SocketChannel socket;
    private long read;

    ChannelTransfer(SocketChannel socket) {
        this.socket = socket;
    }

    /** Bytes moved, or {@code -errno} of the file. */
    long run(FileChannel file, long offset, long most) {
        long wrote = 0;
        try {
            wrote = file.transferFrom(this, offset, most);
        } catch (IOException e) {
            // Of the file: what the socket says is not passed on.
            return String.valueOf(e.getMessage()).contains("No space left")
                    ? -Errno.ENOSPC
                    : -Errno.EIO;
        }
        return wrote == read ? wrote : -Errno.ENOSPC;
    }

    /** The end and errors look like nothing to read: the next receive tells. */
    @Override
    public int read(ByteBuffer into) {
        try {
            int count = socket.read(into);
            read += Math.max(0, count);
            return Math.max(0, count);
        } catch (IOException e) {
            return 0;
        }
    }

    /** A socket that another thread has closed is one that has nothing to read. */
    @Override
    public boolean isOpen() {
        return true;
    }

    /** Its connection closes it. */
    @Override
    public void close() {}
}
