package sluice.server.response;

import sluice.http.ByteRanges;
import sluice.http.Multipart;
import sluice.io.SendQueue;

import java.lang.foreign.MemorySegment;

/**
 * The octets of a response. A body tells what they are; a {@link BodyCursor} knows how far they
 * have been sent. So a body that holds nothing of one request can be sent to many at the same time.
 */
public sealed interface Body {
    /** No octets. */
    Body NONE = new Memory(new byte[0]);

    /** How many octets. */
    long length();

    /** How many of them are a file's. */
    default long fileOctets() {
        return 0;
    }

    /** Whether all come from memory of ours. */
    default boolean inMemory() {
        return true;
    }

    /** Octets that ought to leave together with the head, since they are there at once. */
    default long together() {
        return 0;
    }

    /** Lets go of what it holds. */
    default void release() {}

    /** A few octets. */
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
     * One range of a file, or all of it; owns one use of it.
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
        public boolean inMemory() {
            return content.inMemory();
        }

        @Override
        public long together() {
            return content.inMemory() ? end - start : 0;
        }

        /** Adds all of it to a queue that has room for what is in memory, or takes a region. */
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
     * Several ranges of a file as multipart/byteranges; owns one use of it.
     *
     * @param ranges of this body alone: a reusable object may be used for the next request
     * @param size of the whole file
     * @param type the value of Content-Type of each part
     */
    record Parts(Content content, ByteRanges ranges, long size, byte[] type, long boundary)
            implements Body {
        /** What precedes a part; behind the last one what ends them all. */
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
            long sum = 0;
            for (int i = 0; i < ranges.count(); i++) {
                sum += ranges.length(i);
            }
            return sum;
        }

        @Override
        public boolean inMemory() {
            return content.inMemory();
        }

        @Override
        public void release() {
            content.release();
        }
    }

    /** Octets that are made when they are wanted, once. */
    non-sealed interface Generated extends Body {
        /**
         * Writes the next octets to [at, at + room) of {@code target}.
         *
         * @return how many: {@code room}, or fewer at the end
         */
        int write(MemorySegment target, long at, int room);
    }
}
