package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * How urgent a response is to its client (RFC 9218), as one number: twice the urgency, and one more
 * if it is incremental. So that a stream needs no object for it.
 */
public final class Priority {
    /** The lowest urgency. */
    public static final int URGENCY_MAX = 7;
    /** Urgency 3 and not incremental: RFC 9218 section 4. */
    public static final int DEFAULT = 6;

    private Priority() {}

    /** From 0, the most urgent, to {@link #URGENCY_MAX}. */
    public static int urgency(int priority) {
        return priority >> 1;
    }

    /** Whether the client can use a part of the response: such ones are sent side by side. */
    public static boolean isIncremental(int priority) {
        return (priority & 1) != 0;
    }

    /**
     * The value of Priority, [from, to). What is not understood has no effect: the field is only a
     * wish (RFC 9218 section 4).
     */
    public static int parse(MemorySegment bytes, int from, int to) {
        int urgency = urgency(DEFAULT);
        boolean incremental = false;
        int at = from;
        while (at < to) {
            int end = Lists.endOfElement(bytes, at, to);
            int first = Octets.skipSpace(bytes, at, end);
            int last = Octets.trimEnd(bytes, first, end);
            int length = last - first;
            int key = length == 0 ? 0 : Octets.get(bytes, first);
            if (key == 'u' && length == 3 && Octets.get(bytes, first + 1) == '=') {
                int digit = Octets.get(bytes, first + 2) - '0';
                urgency = digit >= 0 && digit <= URGENCY_MAX ? digit : urgency;
            } else if (key == 'i' && length == 1) {
                incremental = true;
            } else if (key == 'i' && length == 4 && Octets.get(bytes, first + 1) == '=') {
                incremental = Octets.get(bytes, first + 3) == '1';
            }
            at = end + 1;
        }
        return urgency << 1 | (incremental ? 1 : 0);
    }
}
