package sluice.server.upload;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Statx;
import sluice.linux.WriteCalls;
import sluice.server.root.FileStat;
import sluice.server.root.PathScratch;
import sluice.server.root.UploadName;

import java.lang.foreign.MemorySegment;

/**
 * A file with a name of {@link UploadName}. The process holds a lock while it has the file open for
 * writing, so that another process, or the same one after a crash, can recognize a file that was
 * left behind.
 *
 * @param descriptor or {@code -errno}; then there is no file
 */
record TempFile(WritableDirectory directory, byte[] name, int descriptor) {
    /** A sweep can remove a file between its creation and its lock, but hardly ever twice. */
    private static final int TRIES = 4;

    /** Locks an open file: 0 or {@code -errno}. */
    interface Lock {
        /** See {@link WriteCalls#flock}. */
        int take(int fd, int operation);
    }

    /** Creates a file with a random name, and locks it. */
    static TempFile create(WritableDirectory directory) {
        return create(directory, WriteCalls::flock);
    }

    static TempFile create(WritableDirectory directory, Lock lock) {
        byte[] name = UploadName.random();
        int result = -Errno.EAGAIN;
        for (int i = 0; i < TRIES && result == -Errno.EAGAIN; i++) {
            int fd = directory.create(name);
            result = locked(fd, WriteCalls.LOCK_EX, lock);
            if (fd >= 0 && result < 0) {
                directory.remove(name); // Not every file system has locks.
            }
        }
        return new TempFile(directory, name, result);
    }

    /** Opens an existing file; {@code -EAGAIN} while another holder has its lock. */
    static TempFile open(WritableDirectory directory, byte[] name) {
        int operation = WriteCalls.LOCK_EX | WriteCalls.LOCK_NB;
        return new TempFile(
                directory, name, locked(directory.open(name), operation, WriteCalls::flock));
    }

    private static int locked(int fd, int operation, Lock lock) {
        if (fd < 0) {
            return fd;
        }
        int error = lock.take(fd, operation);
        FileStat stat = WritableDirectory.stat(fd);
        if (error < 0 || stat == null || stat.links() == 0) {
            FileCalls.close(fd);
            return error < 0 ? error : -Errno.EAGAIN;
        }
        return fd;
    }

    /** Size of the file in bytes. */
    long size() {
        FileStat stat = WritableDirectory.stat(descriptor);
        return stat == null ? -Errno.EIO : stat.size();
    }

    /** A file made in a directory with S_ISGID gets its group (inode(7)); ours comes by rename. */
    void takeGroup(WritableDirectory target) {
        MemorySegment statx = PathScratch.current().statx;
        if (WritableDirectory.stat(target.descriptor()) != null
                && (Statx.mode(statx) & FileCalls.S_ISGID) != 0) {
            WriteCalls.changeGroup(descriptor, Statx.gid(statx));
        }
    }

    /** Some file systems have no rename without replacement; there the earlier check must do. */
    int rename(WritableDirectory target, byte[] to, boolean onlyNew, Kernel kernel) {
        int error = onlyNew
                ? directory.rename(name, target, to, WriteCalls.RENAME_NOREPLACE, kernel)
                : -Errno.EINVAL;
        return error == -Errno.EINVAL ? directory.rename(name, target, to, 0, kernel) : error;
    }

    /** Removes the file's name, and closes the file. */
    void discard() {
        directory.remove(name);
        close();
    }

    void close() {
        FileCalls.close(descriptor);
    }
}
