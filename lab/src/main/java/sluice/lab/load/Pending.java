package sluice.lab.load;

/** The requests of a connection that wait for an answer, in the order they were sent. */
final class Pending {
    private final int[] targets;
    private final long[] sent;
    private final long[] intended;
    private int first;
    private int size;

    Pending(int most) {
        targets = new int[most];
        sent = new long[most];
        intended = new long[most];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(int target, long sentAt, long intendedAt) {
        int place = (first + size) % targets.length;
        targets[place] = target;
        sent[place] = sentAt;
        intended[place] = intendedAt;
        size++;
    }

    /** Of the oldest. */
    int target() {
        return targets[first];
    }

    /** When the oldest was sent. */
    long sentAt() {
        return sent[first];
    }

    /** When the oldest was due. */
    long intendedAt() {
        return intended[first];
    }

    /** Removes the oldest. */
    void remove() {
        first = (first + 1) % targets.length;
        size--;
    }
}
