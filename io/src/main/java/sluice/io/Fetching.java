package sluice.io;

import sluice.linux.Errno;

import java.util.concurrent.CompletableFuture;

/** Reads of threads that may wait for bytes that lie elsewhere. */
final class Fetching {
    private Fetching() {}

    /**
     * Reads to an address: as many bytes as were asked for, fewer at the end of the file, or {@code
     * -errno}.
     */
    static long read(LinuxFile file, Residency residency, long offset, long address, long length) {
        long done = 0;
        while (done < length) {
            long from = offset + done;
            long here = residency.pin(from, offset + length);
            if (here == from) {
                if (!await(residency, from, offset + length)) {
                    return -Errno.EIO;
                }
                continue;
            }
            long read;
            try {
                read = file.read(from, address + done, here - from);
            } finally {
                residency.unpin(from, here);
            }
            if (read <= 0) {
                return read < 0 ? read : done;
            }
            done += read;
        }
        return done;
    }

    private static boolean await(Residency residency, long from, long to) {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        residency.fetch(from, to, ended::complete);
        return ended.join();
    }
}
