package sluice.server.content;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.CodedContent;
import sluice.http.ContentCoding;
import sluice.io.Block;
import sluice.io.OpenFile;

import java.lang.foreign.Arena;
import java.util.zip.CRC32;

/** Reads a little of a coded file, to find out whether it can be what its name says. */
public final class SiblingCheck {
    /**
     * Largest content that is read for its checksum: a millisecond if it is in memory. The length
     * alone tells versions of a larger one apart, if they differ in it.
     */
    private static final long CHECKSUM_MAX = 1 << 20;

    private SiblingCheck() {}

    /**
     * Why {@code coded} is not {@code content} in this coding, for people; null if nothing that was
     * read speaks against it. Blocks.
     */
    public static @Nullable String fault(
            ContentCoding coding, OpenFile coded, long codedSize, OpenFile content, long size) {
        byte[] head = read(coded, 0, Math.min(codedSize, CodedContent.HEAD));
        byte[] tail = read(
                coded,
                Math.max(0, codedSize - CodedContent.TAIL),
                Math.min(codedSize, CodedContent.TAIL));
        if (head == null || tail == null) {
            return "it cannot be read";
        }
        String fault = CodedContent.fault(coding, head, tail, size);
        if (fault != null || coding != ContentCoding.GZIP || size > CHECKSUM_MAX) {
            return fault;
        }
        CRC32 sum = new CRC32();
        boolean same = !content.readTo(size, sum::update)
                || (int) sum.getValue() == CodedContent.checksum(tail);
        return same ? null : "it holds another content of the same length";
    }

    private static byte @Nullable [] read(OpenFile file, long offset, long length) {
        try (Arena arena = Arena.ofConfined()) {
            Block block = new Block(arena, CodedContent.HEAD);
            long read = file.read(offset, block, (int) length);
            return read == length ? block.segment().asSlice(0, read).toArray(JAVA_BYTE) : null;
        }
    }
}
