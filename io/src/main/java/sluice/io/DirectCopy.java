package sluice.io;

/**
 * read + write through one off-heap buffer of the loop: every byte enters user space and leaves it
 * again. What was read but not taken by a full socket is read again, so that a connection that
 * waits holds no buffer.
 */
final class DirectCopy implements CopyPath {
    private final Block buffer;

    DirectCopy(Block buffer) {
        this.buffer = buffer;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        long done = 0;
        while (done < length) {
            int want = (int) Math.min(Block.SIZE, length - done);
            long read = file.read(offset + done, buffer, want);
            if (read <= 0) {
                return done > 0 ? done : read;
            }
            boolean follows = more || done + read < length;
            long sent = socket.send(buffer, 0, (int) read, follows);
            if (sent < 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
            if (sent < read) {
                return done;
            }
        }
        return done;
    }
}
