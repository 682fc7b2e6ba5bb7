package sluice.server.upload;

import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.WriteCalls;
import sluice.server.root.FileStat;
import sluice.server.root.UploadName;

/**
 * A file under a name of {@link UploadName}, locked as long as somebody has it open to write to: so
 * another process, or the same one after a crash, can tell it from one that was left behind.
 *
 * @param descriptor or {@code -errno}; then there is no file
 */
record TempFile(WritableDirectory directory, byte[] name, int descriptor) {
    /** A sweep can take a file away between its making and its locking; hardly ever twice. */
    private static final int TRIES = 4;

    /** Locks an open file: 0 or {@code -errno}. */
    interface Lock {
        /** See {@link WriteCalls#flock}. */
        int take(int fd, int operation);
    }

    /** Makes one. */
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
                directory.remove(name); // Made, and of no use: not every file system has locks.
            }
        }
        return new TempFile(directory, name, result);
    }

    /** Opens one that is there; {@code -EAGAIN} while another has it. */
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

    /** Bytes in it. */
    long size() {
        FileStat stat = WritableDirectory.stat(descriptor);
        return stat == null ? -Errno.EIO : stat.size();
    }

    /** Takes its name away, and closes it. */
    void discard() {
        directory.remove(name);
        close();
    }

    void close() {
        FileCalls.close(descriptor);
    }
}
