package sluice.examples;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.CopyPath;
import sluice.io.FileChunk;
import sluice.io.IoResult;
import sluice.io.Limits;
import sluice.io.LoopParts;
import sluice.io.LoopResources;
import sluice.io.Model;
import sluice.io.SharedFile;
import sluice.io.Socket;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One file over a SocketChannel of one's own, which blocks, without a server and without a loop. A
 * program that only wants to call sendfile has FileChannel.transferTo; this one also notices that
 * the file changes while it is sent, and never ends with the promised length then.
 */
final class OneFile {
    private OneFile() {}

    /**
     * Sends all of a file, by the calling thread.
     *
     * @param channel in blocking mode; stays open
     * @return the bytes sent: the size of the file
     * @throws IOException if the file cannot be opened, changes, or the peer has gone
     */
    static long send(Path path, SocketChannel channel) throws IOException {
        LoopParts parts = LoopParts.of(new Cell(Model.BLOCKING, CopyMode.TRANSFER_TO));
        LoopResources resources = new LoopResources(
                System::nanoTime, Arena.ofAuto(), Limits.defaults(), new AtomicInteger());
        CopyPath copy = parts.path(resources);
        Socket socket = parts.socket(channel);
        SharedFile file = SharedFile.open(path);
        FileChunk rest = new FileChunk();
        rest.set(file, 0, file.size());
        try {
            while (rest.remaining() > 0) {
                long sent = rest.sendTo(socket, copy, rest.remaining(), false);
                if (sent < 0) {
                    throw new IOException(path + ": " + reason(sent));
                }
                rest.advance(sent);
            }
            return file.size();
        } finally {
            file.release();
            copy.close();
        }
    }

    private static String reason(long result) {
        return result == IoResult.FILE_CHANGED ? "changed while it was sent" : "the peer has gone";
    }
}
