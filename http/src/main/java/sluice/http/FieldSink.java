package sluice.http;

import org.jspecify.annotations.Nullable;

/** Takes the fields of a block that {@link HpackDecoder} decodes, in their order. */
@FunctionalInterface
public interface FieldSink {
    /**
     * One field, pseudo-fields included. The arrays are valid during the call and not to be written
     * to. Neither name nor value has been checked (RFC 9113 section 8.2.1), but a name that has a
     * {@code field} needs no check.
     *
     * @param field the field whose name this is in lower case, else null
     */
    void field(
            @Nullable Field field,
            byte[] name,
            int nameFrom,
            int nameTo,
            byte[] value,
            int valueFrom,
            int valueTo);
}
