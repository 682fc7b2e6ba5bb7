package sluice.copy;

import java.io.IOException;
import java.nio.ByteBuffer;

/** read + write through a buffer: each byte is copied into user space and out again. */
record BufferCopy(ByteBuffer buffer) implements RegionCopy {
    @Override
    public long copy(OpenPair files, long offset, long length) throws IOException {
        buffer.clear().limit((int) Math.min(buffer.capacity(), length));
        int read = files.in.read(buffer, offset);
        if (read <= 0) {
            return 0;
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
            files.out.write(buffer, offset + buffer.position());
        }
        return read;
    }
}
