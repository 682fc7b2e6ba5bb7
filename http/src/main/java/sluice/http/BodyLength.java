package sluice.http;

/** How the body of a response ends, RFC 9112 section 6.3. */
public enum BodyLength {
    /** There is no body. */
    NONE,
    /** Content-Length octets. */
    FIXED,
    /** The last chunk and its trailers. */
    CHUNKED,
    /** The connection is closed: a truncated body looks like a complete one. */
    UNTIL_CLOSE
}
