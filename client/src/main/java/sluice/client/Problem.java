package sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of an error, of which only the type of problem is wanted, if it names one: RFC 9457. */
final class Problem implements Sink {
    /** The types of the draft's problems, all below this. */
    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    private static final Pattern TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([^\"]*)\"");
    /** An object with a few members. */
    private static final int MOST = 4 << 10;

    private final Discard rest = new Discard();
    private final ByteArrayOutputStream page = new ByteArrayOutputStream();

    @Override
    public void write(MemorySegment bytes, int from, int to) throws IOException {
        int kept = Math.min(to - from, MOST - page.size());
        Channels.newChannel(page).write(bytes.asSlice(from, kept).asByteBuffer());
        rest.write(bytes, from, to);
    }

    /** Whether it is the draft's of this name. */
    boolean is(String name) {
        Matcher type = TYPE.matcher(page.toString(UTF_8));
        return type.find() && type.group(1).equals(TYPES + name);
    }
}
