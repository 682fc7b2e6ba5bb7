package sluice.copy;

import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;

import java.io.IOException;

/** The methods that are one stateless call; the bytes stay in the kernel. */
final class KernelCopy {
    private KernelCopy() {}

    static long transferTo(OpenPair files, long offset, long length) throws IOException {
        files.out.position(offset);
        return files.in.transferTo(offset, length, files.out);
    }

    /** sendfile(2) writes at the target's file position, so this sets the position first. */
    static long sendfile(OpenPair files, long offset, long length) {
        long sought = FileToFileCalls.seek(files.outDescriptor(), offset, FileToFileCalls.SEEK_SET);
        return sought < 0
                ? sought
                : FileCalls.sendfile(files.outDescriptor(), files.inDescriptor(), offset, length);
    }

    static long copyRange(OpenPair files, long offset, long length) {
        return FileToFileCalls.copyRange(
                files.inDescriptor(), files.outDescriptor(), offset, length);
    }

    /** Clones the whole file, holes included: {@code length} must be the length of the file. */
    static long reflink(OpenPair files, long offset, long length) {
        int result = FileToFileCalls.clone(files.inDescriptor(), files.outDescriptor());
        return result < 0 ? result : length;
    }
}
