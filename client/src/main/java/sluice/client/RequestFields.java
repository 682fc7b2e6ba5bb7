package sluice.client;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fields that the user adds to requests. */
public final class RequestFields {
    /** RFC 9110 section 5.1: a token; in the value visible ASCII, spaces and tabs. */
    private static final Pattern LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\x20-\\x7e\\t]*?)[ \\t]*");

    /** They frame the message, or say how this connection goes on. */
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What the client asks depends on them: it sets them itself. */
    private static final Set<String> OWN = Set.of(
            "accept-encoding",
            "content-range",
            "content-type",
            "if-match",
            "if-range",
            "range",
            "repr-digest",
            "upload-complete",
            "upload-draft-interop-version",
            "upload-length",
            "upload-offset",
            "want-repr-digest");

    private RequestFields() {}

    /**
     * The line of a field as it is sent.
     *
     * @throws IllegalArgumentException if it is none that a user may add, with the reason
     */
    public static String line(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new IllegalArgumentException("'" + text.replaceAll("\\p{Cntrl}", "?")
                    + "' is not a field; write 'Name: value' in ASCII, on one line");
        }
        String name = line.group(1).toLowerCase(Locale.ROOT);
        if (FRAMING.contains(name)) {
            throw new IllegalArgumentException(
                    line.group(1) + " frames the request, so it cannot be given");
        }
        if (OWN.contains(name)) {
            throw new IllegalArgumentException(
                    line.group(1) + " is set by sluice itself, so it cannot be given");
        }
        return line.group(1) + ": " + line.group(2);
    }
}
