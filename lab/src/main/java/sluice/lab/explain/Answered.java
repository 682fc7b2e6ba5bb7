package sluice.lab.explain;

import java.util.Map;

/**
 * An answer as the client saw it.
 *
 * @param fields values by lower-case name
 * @param head bytes of the head
 * @param body bytes that followed it
 * @param headNanos from the request to the whole head
 * @param nanos from the request to the last byte
 * @param coding the codings that the client takes
 */
public record Answered(
        int status,
        Map<String, String> fields,
        int head,
        long body,
        long headNanos,
        long nanos,
        String coding) {
    /** The value of a field; empty if there is none. */
    String field(String lowerCaseName) {
        return fields.getOrDefault(lowerCaseName, "");
    }
}
