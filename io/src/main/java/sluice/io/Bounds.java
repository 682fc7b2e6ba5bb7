package sluice.io;

import java.time.Duration;

/** What the records of settings ask of their parts; each refusal is one line that says it all. */
final class Bounds {
    private Bounds() {}

    /**
     * @throws IllegalArgumentException for a number beyond the bounds
     */
    static void require(String what, long number, long least, long most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    what + " must be between " + least + " and " + most + ", not " + number);
        }
    }

    /**
     * @throws IllegalArgumentException for a time that is not above zero, or too long
     */
    static void require(String what, Duration time, Duration most) {
        if (!time.isPositive() || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " must be more than 0 s and at most "
                    + most.toSeconds() + " s, not " + time);
        }
    }
}
