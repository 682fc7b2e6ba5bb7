package sluice.io.tls;

import sluice.io.Block;
import sluice.io.CopyPath;
import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.OpenFile;
import sluice.io.Socket;

/**
 * Reads a region straight to where libssl encrypts it from. A record that a full socket did not
 * take waits in libssl: the next try reads the file only behind it.
 */
record TlsCopy(Block buffer, Counters counters) implements CopyPath {
    @Override
    public long send(Socket socket, OpenFile file, long offset, long length, boolean more) {
        TlsSocket secure = (TlsSocket) socket;
        long done = 0;
        if (secure.heldOutput() > 0) {
            done = write(secure, 0);
            if (done < 0) {
                return done;
            }
        }
        while (done < length) {
            int want = (int) Math.min(buffer.size(), length - done);
            counters.add(Counter.FILE_CALLS, 1);
            long read = file.read(offset + done, buffer, want);
            if (read <= 0) {
                return done > 0 ? done : read;
            }
            long sent = write(secure, (int) read);
            if (sent < 0) {
                return done > 0 ? done : sent;
            }
            done += sent;
            if (sent < read) {
                return done;
            }
        }
        return done;
    }

    private long write(TlsSocket secure, int length) {
        counters.add(Counter.FILE_CALLS, 1);
        return secure.send(buffer, 0, length, false);
    }
}
