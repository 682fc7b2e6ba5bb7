package sluice.io.copy;

import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.IoResult;
import sluice.io.OpenFile;
import sluice.io.Socket;
import sluice.io.socket.NioSocket;
import sluice.linux.Errno;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** FileChannel.transferTo: java.nio's way to sendfile(2), where the kernel supports it. */
public final class TransferTo implements CopyPath {
    private final Counters counters;

    public TransferTo(Counters counters) {
        this.counters = counters;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        counters.add(Counter.FILE_CALLS, 1);
        try {
            FileChannel channel = file.channel();
            long sent = channel.transferTo(offset, length, ((NioSocket) socket).channel());
            // 0 means a full socket or the end of the file.
            return sent == 0 && offset < channel.size() ? IoResult.AGAIN : sent;
        } catch (IOException e) {
            return blame(file, offset);
        }
    }

    /** transferTo does not tell which side failed: if the file can be read, the socket did. */
    private static long blame(OpenFile file, long offset) {
        try {
            file.channel().read(ByteBuffer.allocate(1), offset);
            return -Errno.ECONNRESET;
        } catch (IOException e) {
            return -Errno.EIO;
        }
    }
}
