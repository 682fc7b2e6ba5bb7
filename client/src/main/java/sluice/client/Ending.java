package sluice.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;

/**
 * How an exchange has ended.
 *
 * @param head of the final response, if it came
 * @param words what went wrong
 * @param failure if it was on our side, or the server's answer makes no sense
 */
record Ending(
        Kind kind,
        @Nullable Response head,
        String words,
        @Nullable IOException failure) {
    enum Kind {
        /** The response came, all of it. */
        WHOLE,
        /** There was no connection. */
        UNREACHABLE,
        /** The connection ended before the response did; the same may work another time. */
        BROKEN,
        /** Trying again would not help. */
        FAILED
    }

    static Ending whole(Response head) {
        return new Ending(Kind.WHOLE, head, "", null);
    }

    static Ending unreachable(String words) {
        return new Ending(Kind.UNREACHABLE, null, words, null);
    }

    static Ending broken(@Nullable Response head, String words) {
        return new Ending(Kind.BROKEN, head, words, null);
    }

    static Ending failed(IOException failure) {
        return new Ending(Kind.FAILED, null, "", failure);
    }

    /** The response that came. */
    Response response() {
        return Objects.requireNonNull(head, "a whole exchange has a response");
    }
}
