package sluice.io.socket;

import sluice.linux.Errno;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;

/**
 * One FileChannel.transferFrom from a socket. That method reads and writes in pieces, and reports
 * neither why it stops nor how much it has read. A piece that the disk does not take is lost, and
 * the method may not even throw. So this class counts what is read.
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
            // The exception is the file's: those of the socket are caught below.
            return String.valueOf(e.getMessage()).contains("No space left")
                    ? -Errno.ENOSPC
                    : -Errno.EIO;
        }
        return wrote == read ? wrote : -Errno.ENOSPC;
    }

    /** Reports the end and errors of the socket as nothing to read: the next receive gets them. */
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

    /** A socket that another thread has closed has nothing to read. */
    @Override
    public boolean isOpen() {
        return true;
    }

    /** Does nothing: the connection closes the socket. */
    @Override
    public void close() {}
}
