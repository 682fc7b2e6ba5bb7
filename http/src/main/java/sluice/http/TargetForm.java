package sluice.http;

/** The four forms of a request target, RFC 9112 section 3.2. */
public enum TargetForm {
    /** {@code /path?query} */
    ORIGIN,
    /** {@code http://host/path?query}; its authority overrides Host. */
    ABSOLUTE,
    /** {@code host:port}, of CONNECT only. */
    AUTHORITY,
    /** {@code *}, of OPTIONS only. */
    ASTERISK
}
