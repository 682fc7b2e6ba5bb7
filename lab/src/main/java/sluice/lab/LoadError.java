package sluice.lab;

/** Why a request has no answer that counts. */
public enum LoadError {
    /** No connection: refused, unreachable, no port or descriptor left. */
    CONNECT("could not connect"),
    /** The connection ended before the answer did. */
    BROKEN("connection broke"),
    /** No answer within the patience of the plan. */
    TIMEOUT("no answer in time"),
    /** The answer is not HTTP/1.1, or nobody asked for it. */
    MALFORMED("malformed answer"),
    /** Not the status of the first answer for the same URL, or 4xx or 5xx. */
    STATUS("unexpected status"),
    /** Not the body of the first answer for the same URL, by length or checksum. */
    BODY("different body");

    private final String words;

    LoadError(String words) {
        this.words = words;
    }

    /** Whether an answer came, and is none of those that should have come. */
    public boolean isWrongAnswer() {
        return this == MALFORMED || this == STATUS || this == BODY;
    }

    /** In a report. */
    public String words() {
        return words;
    }
}
