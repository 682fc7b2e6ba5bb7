package sluice.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;

/**
 * How an exchange ended.
 *
 * @param head of the final response, if it arrived
 * @param words what went wrong, for the user
 * @param failure if the error is local or the response is malformed
 */
record Ending(
        Kind kind,
        @Nullable Response head,
        String words,
        @Nullable IOException failure) {
    enum Kind {
        /** The complete response arrived. */
        WHOLE,
        /** The connect failed. */
        UNREACHABLE,
        /** The connection ended before the response did; a retry may succeed. */
        BROKEN,
        /** A retry would fail, too. */
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

    /** The response of a complete exchange. */
    Response response() {
        return Objects.requireNonNull(head, "a whole exchange has a response");
    }
}
