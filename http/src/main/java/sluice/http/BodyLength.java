package sluice.http;

/** How the body of a response ends, RFC 9112 section 6.3. */
public enum BodyLength {
    /** There is no body. */
    NONE,
    /** Content-Length octets. */
    FIXED,
    /** The last chunk and its trailers. */
    CHUNKED,
    /** The connection is closed. A body that was cut can't be told from a whole one. */
    UNTIL_CLOSE
}
