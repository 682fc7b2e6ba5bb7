package sluice.server.archive;

import sluice.io.CopyMode;
import sluice.server.response.Body;
import sluice.server.response.Pieces;

/**
 * A tar, or one range of it, as the body of one response; owns one use of the archive.
 *
 * @param start the first octet
 * @param end the octet after the last
 * @param fileOctets octets from files, and of them those of small files: found once, since they
 *     are asked for each time that the queue is filled
 */
public record ArchiveBody(
        Archive archive,
        long start,
        long end,
        long fileOctets,
        long smallOctets,
        ArchivePieces.Files files)
        implements Body.Pieced {
    /**
     * Makes the body.
     *
     * @param memoryMax size of the largest file whose content comes from memory
     */
    public static ArchiveBody of(
            Archive archive, long start, long end, int memoryMax, ArchivePieces.Files files) {
        long all = archive.contents(start, end, memoryMax + 1L, Long.MAX_VALUE);
        long small = archive.contents(start, end, memoryMax + 1L, CopyMode.COPIED_MAX);
        return new ArchiveBody(archive, start, end, all, small, files);
    }

    @Override
    public Pieces pieces() {
        return new ArchivePieces(archive, start, end, files);
    }

    @Override
    public long length() {
        return end - start;
    }

    @Override
    public long fileOctetsUpTo(long most) {
        return most >= CopyMode.COPIED_MAX ? smallOctets : 0;
    }

    @Override
    public boolean inMemory() {
        return fileOctets == 0;
    }

    @Override
    public void release() {
        archive.release();
    }
}
