package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * Request methods, RFC 9110 section 9, RFC 5789 and RFC 4918 section 9.3. Names are case-sensitive.
 */
public enum Method {
    GET,
    HEAD,
    OPTIONS,
    PUT,
    DELETE,
    POST,
    PATCH,
    MKCOL,
    TRACE,
    CONNECT,
    /** Any other token: 501. */
    OTHER;

    private static final Method[] NAMED = {
        GET, HEAD, OPTIONS, PUT, DELETE, POST, PATCH, MKCOL, TRACE, CONNECT
    };
    private final byte[] bytes = Octets.ascii(name());

    static Method of(MemorySegment bytes, int from, int to) {
        for (Method method : NAMED) {
            if (Octets.equal(bytes, from, to, method.bytes)) {
                return method;
            }
        }
        return OTHER;
    }

    /** Whether the method is safe: it requests no change, RFC 9110 section 9.2.1. */
    public boolean isSafe() {
        return this == GET || this == HEAD || this == OPTIONS || this == TRACE;
    }
}
