package sluice.io.socket;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.SocketCalls;
import sluice.linux.UnixSockets;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The file under which clients find a listening socket of unix(7). The kernel keeps it when the
 * socket is gone, and refuses to bind another socket to it.
 */
final class SocketFile {
    private final Path path;
    /** Device and inode: another server may have put its own file there. */
    private final Object key;

    private SocketFile(Path path, Object key) {
        this.path = path;
        this.key = key;
    }

    /**
     * Binds a socket to a file, in place of one that a server left behind.
     *
     * @throws BindException if a server listens there, or it is another kind of file
     */
    static SocketFile bind(int socket, Path path) throws IOException {
        int bound = UnixSockets.bind(socket, path);
        if (bound == -Errno.EADDRINUSE) {
            removeLeftOver(path);
            bound = UnixSockets.bind(socket, path);
        }
        if (bound < 0) {
            throw new BindException(Errno.describe(bound));
        }
        return new SocketFile(path, key(path));
    }

    private static void removeLeftOver(Path path) throws IOException {
        int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
        int socket = SocketCalls.socket(SocketCalls.AF_UNIX, type, 0);
        if (socket < 0) {
            throw new BindException(Errno.describe(socket));
        }
        int connected = UnixSockets.connect(socket, path);
        FileCalls.close(socket);
        boolean isSocket = Files.readAttributes(
                        path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
        if (!isSocket) {
            throw new BindException("there is a file already");
        }
        // EAGAIN: its queue is full (unix(7)).
        if (connected == 0 || connected == -Errno.EAGAIN) {
            throw new BindException("a server listens there already");
        }
        if (connected != -Errno.ECONNREFUSED) {
            throw new BindException("the socket that is there already cannot be asked: "
                    + Errno.describe(connected));
        }
        Files.delete(path);
    }

    private static Object key(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Objects.requireNonNull(attributes.fileKey(), "Linux has inodes");
    }

    /** Removes the file, unless another server has put its own there. */
    void delete() {
        try {
            if (key(path).equals(key)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // It has gone, or this process may not remove it: the next server replaces it.
        }
    }
}
