package sluice.io.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that tell their own position, so that a piece out of place is noticed. */
public final class Patterns {
    private Patterns() {}

    /** The byte at a position: neighbours, pages and gigabytes all differ. */
    static byte at(long position) {
        long mixed = position * 0x9E3779B97F4A7C15L;
        return (byte) (mixed >>> 56);
    }

    public static byte[] bytes(long from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(from + i);
        }
        return bytes;
    }

    public static void assertBytes(byte[] actual, long from) {
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] != at(from + i)) {
                assertThat(actual[i]).as("byte at %d", from + i).isEqualTo(at(from + i));
            }
        }
    }

    /** A file that is patterned at its start and as long as {@code size}, the rest a hole. */
    public static Path sparse(Path file, long size) throws IOException {
        write(file, 0, 1 << 20);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
        return file;
    }

    /** Writes the pattern to a region of a file; what lies before it stays a hole. */
    public static void write(Path file, long from, int length) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(bytes(from, length));
            long at = from;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }
    }
}
