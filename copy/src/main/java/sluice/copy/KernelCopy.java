package sluice.copy;

import sluice.linux.FileCalls;
import sluice.linux.FileToFileCalls;

import java.io.IOException;

/** The ways that are one call and keep no state: the bytes stay in the kernel. */
final class KernelCopy {
    private KernelCopy() {}

    static long transferTo(OpenPair files, long offset, long length) throws IOException {
        files.out.position(offset);
        return files.in.transferTo(offset, length, files.out);
    }

    /** sendfile(2) writes at the position of its target. */
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

    /** All of the file at once, its holes included; asked for with the whole length. */
    static long reflink(OpenPair files, long offset, long length) {
        int result = FileToFileCalls.clone(files.inDescriptor(), files.outDescriptor());
        return result < 0 ? result : length;
    }
}
