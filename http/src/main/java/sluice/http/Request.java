package sluice.http;

import java.lang.foreign.MemorySegment;

/**
 * A request as they see it who decide what to answer: method, target and fields, in whatever syntax
 * it came. {@link RequestHead} reads the syntax of HTTP/1; a decoder of another can fill another
 * implementation.
 *
 * <p>All octets lie in one segment, and everything is told as offsets into it, so nothing has to be
 * allocated. Valid until the implementation is used for the next request.
 */
public interface Request {
    /** The octets that all offsets belong to. */
    MemorySegment bytes();

    Method method();

    int methodFrom();

    int methodTo();

    /** The target as it was sent. */
    int targetFrom();

    int targetTo();

    /** The raw path; empty for {@code http://host}, which means "/". -1 if the form has no path. */
    int pathFrom();

    int pathTo();

    default boolean hasQuery() {
        return queryFrom() >= 0;
    }

    /** The octet after the question mark; -1 without one. */
    int queryFrom();

    int queryTo();

    /** The host that is asked, with its port if one was sent; -1 if none is named. */
    int hostFrom();

    int hostTo();

    /** An expectation other than 100-continue: 417. */
    boolean unknownExpectation();

    /** True if any If-* field was sent: without one there is nothing to evaluate. */
    default boolean hasConditions() {
        return has(Field.IF_MATCH)
                || has(Field.IF_NONE_MATCH)
                || has(Field.IF_MODIFIED_SINCE)
                || has(Field.IF_UNMODIFIED_SINCE)
                || has(Field.IF_RANGE);
    }

    default boolean has(Field field) {
        return find(field) >= 0;
    }

    /** The first line of the field, or -1. */
    int find(Field field);

    /** The next line of the same field, or -1: they form one list, RFC 9110 section 5.3. */
    int next(int line);

    /** The value of a line, without white space around it. */
    int valueFrom(int line);

    int valueTo(int line);
}
