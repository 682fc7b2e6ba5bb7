package sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.http.Status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of an error response; finds the type of the problem (RFC 9457), if it has one. */
final class Problem implements Sink {
    /** Prefix of the problem types of draft-ietf-httpbis-resumable-upload. */
    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    private static final Pattern TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([^\"]*)\"");
    /** Enough for an object with a few members. */
    private static final int MOST = 4 << 10;

    private final Discard rest = new Discard();
    private final ByteArrayOutputStream page = new ByteArrayOutputStream();

    @Override
    public void write(MemorySegment bytes, int from, int to) throws IOException {
        int kept = Math.min(to - from, MOST - page.size());
        Channels.newChannel(page).write(bytes.asSlice(from, kept).asByteBuffer());
        rest.write(bytes, from, to);
    }

    /** Whether the problem has this type of the draft. */
    boolean is(String name) {
        Matcher type = TYPE.matcher(page.toString(UTF_8));
        return type.find() && type.group(1).equals(TYPES + name);
    }

    /**
     * Whether the server refused a PATCH at this offset only because of its offset: it named
     * the right one, or has the complete file. A server that cannot move a complete file to
     * its final place refuses with Upload-Complete as well, which is another error.
     */
    boolean isAnotherPart(Response said, long offset) {
        long right = said.number("upload-offset");
        return said.status() == Status.CONFLICT && right >= 0 && right != offset
                || is("mismatching-upload-offset")
                || is("completed-upload");
    }
}
