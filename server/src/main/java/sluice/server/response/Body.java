package sluice.server.response;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteRanges;
import sluice.http.Multipart;
import sluice.io.CopyMode;
import sluice.io.Residency;
import sluice.io.SendQueue;

import java.lang.foreign.MemorySegment;

/**
 * The octets of a response. A body describes them; a {@link BodyCursor} counts how many are queued.
 * So loops can send one body to many clients at once, if it holds nothing of a single request.
 */
public sealed interface Body {
    /** No octets. */
    Body NONE = new Memory(new byte[0]);

    /** Number of octets. */
    long length();

    /** Number of octets that come from a file. */
    default long fileOctets() {
        return 0;
    }

    /** Number of octets among them in regions of at most {@code most} octets. */
    default long fileOctetsUpTo(long most) {
        return 0;
    }

    /** Whether all octets come from the server's memory. */
    default boolean inMemory() {
        return true;
    }

    /** Whether the kernel refuses to send its octets of a file by a copy path. */
    default boolean refuses(CopyMode path) {
        return false;
    }

    /** Which octets of its file are on this machine; null if all are, or there is none. */
    default @Nullable Residency residency() {
        return null;
    }

    /** Number of octets that a store has to send first. */
    default long missing() {
        return 0;
    }

    /** Number of octets to send together with the head, since they are in memory already. */
    default long together() {
        return 0;
    }

    /** Releases what the body holds. */
    default void release() {}

    /** A few octets in memory. */
    record Memory(byte[] octets) implements Body {
        @Override
        public long length() {
            return octets.length;
        }

        @Override
        public long together() {
            return octets.length;
        }
    }

    /**
     * One range of a file, or the whole file; owns one use of the content.
     *
     * @param start the first octet
     * @param end the octet after the last
     */
    record Region(Content content, long start, long end) implements Body {
        @Override
        public long length() {
            return end - start;
        }

        @Override
        public long fileOctets() {
            return end - start;
        }

        @Override
        public long fileOctetsUpTo(long most) {
            return end - start <= most ? end - start : 0;
        }

        @Override
        public boolean inMemory() {
            return content.inMemory();
        }

        @Override
        public boolean refuses(CopyMode path) {
            return content.refuses(path);
        }

        @Override
        public @Nullable Residency residency() {
            return content.residency();
        }

        @Override
        public long missing() {
            Residency residency = content.residency();
            return residency == null ? 0 : residency.missing(start, end);
        }

        @Override
        public long together() {
            return content.inMemory() ? end - start : 0;
        }

        /** Adds the region to a queue, which has room for octets in memory, or takes a region. */
        public void addTo(SendQueue queue) {
            if (end > start) {
                content.addTo(queue, start, end - start);
            }
        }

        @Override
        public void release() {
            content.release();
        }
    }

    /**
     * Several ranges of a file as multipart/byteranges; owns one use of the content.
     *
     * @param ranges object of this body alone, since the loop parses the next request meanwhile
     * @param size of the whole file
     * @param type the value of Content-Type of each part
     */
    record Parts(Content content, ByteRanges ranges, long size, byte[] type, long boundary)
            implements Body {
        /** The delimiter before a part; after the last part the closing delimiter. */
        byte[] delimiter(int part) {
            return part == ranges.count()
                    ? Multipart.end(boundary)
                    : Multipart.partHead(ranges, part, size, type, boundary);
        }

        @Override
        public long length() {
            return Multipart.length(ranges, size, type);
        }

        @Override
        public long fileOctets() {
            return fileOctetsUpTo(Long.MAX_VALUE);
        }

        @Override
        public long fileOctetsUpTo(long most) {
            long sum = 0;
            for (int i = 0; i < ranges.count(); i++) {
                sum += ranges.length(i) <= most ? ranges.length(i) : 0;
            }
            return sum;
        }

        @Override
        public boolean inMemory() {
            return content.inMemory();
        }

        @Override
        public boolean refuses(CopyMode path) {
            return content.refuses(path);
        }

        @Override
        public @Nullable Residency residency() {
            return content.residency();
        }

        @Override
        public long missing() {
            Residency residency = content.residency();
            long sum = 0;
            for (int i = 0; residency != null && i < ranges.count(); i++) {
                sum += residency.missing(ranges.start(i), ranges.end(i));
            }
            return sum;
        }

        @Override
        public void release() {
            content.release();
        }
    }

    /** Octets of pieces that are found one after another, as a file that opens at its turn. */
    non-sealed interface Pieced extends Body {
        /** The pieces, for one sending. */
        Pieces pieces();
    }

    /** Octets that the body makes once, when the loop asks for them. */
    non-sealed interface Generated extends Body {
        /**
         * Writes the next octets to [at, at + room) of {@code target}.
         *
         * @return number of octets: {@code room}, or fewer at the end
         */
        int write(MemorySegment target, long at, int room);
    }
}
