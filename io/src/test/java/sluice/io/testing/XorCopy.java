package sluice.io.testing;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counters;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.io.Socket;

/** Reads a record of a file straight to where the socket changes it and keeps what is left. */
record XorCopy(CopyPath plain) implements CopyPath {
    @Override
    public Counters counters() {
        return plain.counters();
    }

    /** What a full socket has left of a record goes first, and the file is not read again. */
    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        XorSocket layered = (XorSocket) socket;
        long done = 0;
        while (done < length) {
            if (!layered.holdsRecord()) {
                int want = (int) Math.min(XorLayer.RECORD, length - done);
                long read = plain.read(file, offset + done, layered.record(), 0, want);
                if (read <= 0) {
                    return done > 0 ? done : read;
                }
                layered.recordIs((int) read);
            }
            long sent = layered.sendRecord(more || done + XorLayer.RECORD < length);
            if (sent < 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
        }
        return done;
    }

    @Override
    public long read(OpenFile file, long offset, Block into, int at, int length) {
        return plain.read(file, offset, into, at, length);
    }

    @Override
    public void loaded(LinuxFile file, long from, long to) {
        plain.loaded(file, from, to);
    }

    @Override
    public void close() {
        plain.close();
    }
}
