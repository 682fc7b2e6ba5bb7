package sluice.cli;

import java.util.List;

/** Lines that {@code -H} adds to a request. */
final class FieldLines {
    private FieldLines() {}

    /**
     * Another line would be sent as it is, and break the request.
     *
     * @throws IllegalArgumentException if one is no field, with the line
     */
    static void check(List<String> lines) {
        for (String line : lines) {
            if (!line.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ -~]*")) {
                throw new IllegalArgumentException(
                        "-H '" + line.replaceAll("[^ -~]", "?") + "' is no 'Name: value'");
            }
        }
    }
}
