package sluice.io.copy;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.Socket;
import sluice.io.socket.RawSocket;
import sluice.linux.Errno;

import java.util.function.Supplier;

/**
 * The chosen copy path, and read + send for two kinds of bytes: of files that the kernel refuses to
 * send by it ({@link LinuxFile#refuses}), and of small regions, where {@code auto} chose it ({@link
 * Cell#copiesSmall}). A refused call has sent nothing, so no byte is lost. Counts each detour
 * around a refusal as {@link Counter#COPY_FALLBACKS}.
 */
public final class Detour implements CopyPath {
    private final CopyMode mode;
    private final boolean copiesSmall;
    private final CopyPath chosen;
    private final Supplier<CopyPath> plainPath;
    /** Made when it is first needed, because it has a buffer. */
    private @Nullable CopyPath plain;

    public Detour(Cell cell, CopyPath chosen, Supplier<CopyPath> plainPath) {
        mode = cell.effectiveCopy();
        copiesSmall = cell.copiesSmall();
        this.chosen = chosen;
        this.plainPath = plainPath;
    }

    @Override
    public Counters counters() {
        return chosen.counters();
    }

    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        if (!(file instanceof LinuxFile linux)) {
            return chosen.send(socket, file, offset, length, more);
        }
        if (!linux.refuses(mode)) {
            long sent = chosen.send(socket, file, offset, length, more);
            if (sent >= 0 || !isRefusal(-sent)) {
                return sent;
            }
            linux.refused(mode, sent);
        }
        dropPipe(socket);
        counters().add(Counter.COPY_FALLBACKS, 1);
        return plain().send(socket, file, offset, length, more);
    }

    @Override
    public long sendSmall(Socket socket, OpenFile file, long offset, long length, boolean more) {
        return copiesSmall
                ? plain().send(socket, file, offset, length, more)
                : send(socket, file, offset, length, more);
    }

    /** EPERM is what many sandboxes say; EACCES and ENODEV say file systems that map nothing. */
    private boolean isRefusal(long error) {
        return switch ((int) error) {
            case Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EPERM -> true;
            case Errno.EACCES, Errno.ENODEV -> mode == CopyMode.MMAP;
            default -> false;
        };
    }

    /** Bytes in a pipe that the socket refused are read again from the file. */
    private static void dropPipe(Socket socket) {
        if (socket instanceof RawSocket raw && raw.pendingCopy() instanceof Pipe pipe) {
            raw.pendingCopy(null);
            pipe.release();
        }
    }

    private CopyPath plain() {
        CopyPath path = plain;
        if (path == null) {
            path = plainPath.get();
            plain = path;
        }
        return path;
    }

    @Override
    public void close() {
        chosen.close();
        if (plain != null) {
            plain.close();
        }
    }
}
