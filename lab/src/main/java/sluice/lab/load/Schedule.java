package sluice.lab.load;

/**
 * When the requests of an open loop are due: one every {@code 1 / rate} seconds, whatever the
 * server does.
 *
 * @param start on the clock of System.nanoTime
 * @param end no request is due from here on
 */
record Schedule(long start, long end, double perNano) {
    /** Of a loop's share of the rate. */
    static Schedule of(double perSecond, long start, long end) {
        return new Schedule(start, end, perSecond / 1e9);
    }

    /** When request {@code index} is due, counted from 0. */
    long dueAt(long index) {
        return start + (long) (index / perNano);
    }

    /** How many requests are due until a time. */
    long dueUntil(long time) {
        long until = Math.min(time, end - 1);
        return until < start ? 0 : (long) ((until - start) * perNano) + 1;
    }
}
