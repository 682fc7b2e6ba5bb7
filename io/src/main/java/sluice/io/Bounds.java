package sluice.io;

import java.time.Duration;

/** Checks values of settings; each error is one line with name, bounds and value. */
final class Bounds {
    private Bounds() {}

    /**
     * @throws IllegalArgumentException if the number is out of bounds
     */
    static void require(String what, long number, long least, long most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    what + " must be between " + least + " and " + most + ", not " + number);
        }
    }

    /**
     * @throws IllegalArgumentException if the time is not positive, or too long
     */
    static void require(String what, Duration time, Duration most) {
        if (!time.isPositive() || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " must be more than 0 s and at most "
                    + most.toSeconds() + " s, not " + time);
        }
    }
}
