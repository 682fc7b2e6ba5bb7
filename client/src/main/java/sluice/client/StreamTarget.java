package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.io.FileSink;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;
import sluice.linux.PollCalls;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * A download into stdout: a pipe, a terminal, or a file that the shell has opened. What was written
 * cannot be taken back, so a broken connection is resumed by the entity tag or not at all.
 */
final class StreamTarget implements Destination, AutoCloseable {
    private static final int STDOUT = 1;

    private final int descriptor;
    private final @Nullable FileSink sink;
    private final @Nullable FileChannel channel;
    private final @Nullable MessageDigest sum;
    private @Nullable PartState state;
    private long size;
    private long promised = Long.MAX_VALUE;

    StreamTarget(int descriptor, boolean summing) {
        this.descriptor = descriptor;
        sink = Linux.available() ? FileSink.ofStream(Kernel.LINUX, descriptor) : null;
        // Not closed: the process still has its stdout.
        channel = sink == null ? new FileOutputStream(FileDescriptor.out).getChannel() : null;
        sum = summing ? ServerDigest.ALGORITHM.begin() : null;
    }

    /** With a sum, octets pass through user space: a pipe cannot be read twice. */
    static StreamTarget stdout(boolean summing) {
        return new StreamTarget(STDOUT, summing);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public @Nullable PartState state() {
        return size == 0 ? null : state;
    }

    @Override
    public void begin(PartState begun) throws IOException {
        if (size > 0) {
            throw new IOException(
                    "cannot resume: %,d bytes are on stdout already, and the server".formatted(size)
                            + " has another version or no strong ETag; discard them and try again");
        }
        state = begun;
        promised = begun.length() < 0 ? Long.MAX_VALUE : begun.length();
    }

    @Override
    public void goOn(long offset, long end) throws IOException {
        if (offset != size) {
            throw new IOException("cannot write byte " + offset + " to stdout after byte " + size);
        }
        promised = end;
    }

    @Override
    public String startingOver() {
        return "discard what is on stdout and try again";
    }

    @Override
    public void write(MemorySegment bytes, int from, int to) throws IOException {
        MemorySegment piece = bytes.asSlice(from, to - from);
        if (sum != null) {
            sum.update(piece.asByteBuffer());
        }
        if (channel == null) {
            writeAll(piece);
        } else {
            ByteBuffer left = piece.asByteBuffer();
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
        size += to - from;
    }

    private void writeAll(MemorySegment piece) throws IOException {
        long done = 0;
        while (done < piece.byteSize()) {
            long wrote =
                    FileCalls.write(descriptor, piece.address() + done, piece.byteSize() - done);
            boolean full = wrote == -Errno.EAGAIN && PollCalls.awaitRoom(descriptor) >= 0;
            if (wrote < 0 && wrote != -Errno.EINTR && !full) {
                throw unwritable(wrote);
            }
            done += Math.max(0, wrote);
        }
    }

    private static IOException unwritable(long error) {
        return new IOException("cannot write to stdout: "
                + (error == -Errno.EPIPE
                        ? "the program that reads it has ended"
                        : Errno.describe(error)));
    }

    @Override
    public @Nullable FileSink file() {
        return sum == null ? sink : null;
    }

    @Override
    public long writeCollected() throws IOException {
        long wrote = sink == null ? -Errno.ENOSYS : sink.write(size);
        if (wrote < 0) {
            throw unwritable(wrote);
        }
        size += wrote;
        if (size > promised) {
            throw new IOException("the server sent more bytes than the %,d that it had announced"
                    .formatted(promised));
        }
        return wrote;
    }

    /** Octets that no user space has seen. */
    long spliced() {
        return sink == null ? 0 : sink.spliced();
    }

    /** The SHA-256 of what was written; null if it was not summed. */
    byte @Nullable [] digest() {
        return sum == null ? null : sum.digest();
    }

    /** @throws IOException if the octets are fewer than the server promised */
    void end() throws IOException {
        PartState known = state;
        if (known != null && known.length() >= 0 && size != known.length()) {
            throw new IOException("received %,d of %,d bytes".formatted(size, known.length()));
        }
    }

    @Override
    public void close() {
        if (sink != null) {
            sink.close();
        }
    }
}
