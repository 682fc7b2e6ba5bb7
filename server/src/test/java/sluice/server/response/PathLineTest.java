package sluice.server.response;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;

import java.lang.foreign.MemorySegment;

/** What the field Sluice-Path says before a body goes. */
class PathLineTest {
    private final PathLine path = new PathLine(new Cell(Model.EPOLL, CopyMode.SENDFILE), true, "");

    /** A body of 100 octets of a file, which the kernel may refuse to send by a path. */
    private record OfFile(boolean refused) implements Body.Generated {
        @Override
        public long length() {
            return 100;
        }

        @Override
        public long fileOctets() {
            return 100;
        }

        @Override
        public boolean inMemory() {
            return false;
        }

        @Override
        public boolean refuses(CopyMode path) {
            return refused && path == CopyMode.SENDFILE;
        }

        @Override
        public int write(MemorySegment target, long at, int room) {
            throw new AssertionError("no octet is sent");
        }
    }

    private String line(Body body) {
        return new String(path.line(body), US_ASCII);
    }

    @Test
    void itNamesTheChosenPath() {
        assertThat(line(new OfFile(false)))
                .isEqualTo("Sluice-Path: copy=sendfile, model=epoll, cold=guarded, kernel=100,"
                        + " user=0\r\n");
    }

    @Test
    void itNamesReadAndSendForAFileThatTheKernelRefusesToSendByTheChosenPath() {
        assertThat(line(new OfFile(true)))
                .isEqualTo("Sluice-Path: copy=direct, model=epoll, cold=guarded, kernel=0,"
                        + " user=100\r\n");
    }

    @Test
    void itNamesMemory() {
        assertThat(line(new Body.Memory(new byte[7])))
                .isEqualTo("Sluice-Path: copy=memory, model=epoll, cold=never, kernel=0,"
                        + " user=7\r\n");
    }
}
