package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.http.Method;
import sluice.http.Status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request for a file, or for the rest of a file. */
final class DownloadAttempt implements Exchange.Owner {
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private final Destination part;
    private final HttpUrl url;
    private final Transfer.Listener listener;
    private final Pace pace;
    private final @Nullable PartState known;
    private final long offset;
    private @Nullable Response accepted;
    private boolean begun;
    /** Offset in the file at which the accepted response ends; -1 if the server did not say. */
    private long end = -1;

    DownloadAttempt(Destination part, HttpUrl url, Transfer.Listener listener, Pace pace) {
        this.part = part;
        this.pace = pace;
        this.url = url;
        this.listener = listener;
        PartState state = part.state();
        known = state != null && state.canGoOn() && state.url().equals(url.toString())
                ? state
                : null;
        // If the part file is complete, this requests the last octet: the response shows whether
        // the server still has the same version.
        offset = known == null ? 0 : Math.min(part.size(), known.length() - 1);
    }

    Request request() {
        List<String> fields = new ArrayList<>(List.of(ServerDigest.IDENTITY, ServerDigest.WANT));
        if (known != null) {
            fields.add("Range: bytes=" + offset + "-");
            fields.add("If-Range: " + known.tag());
        }
        return new Request(Method.GET, url, fields);
    }

    /** Whether the server sent the file from the start. */
    boolean begun() {
        return begun;
    }

    /** Whether the response has the file, or the rest of it. */
    boolean isAccepted() {
        return accepted != null;
    }

    /** The accepted response. */
    Response response() {
        return Objects.requireNonNull(accepted, "accepted");
    }

    HttpUrl url() {
        return url;
    }

    /** Whether the part has all octets that the accepted response promised. */
    boolean isComplete() {
        return end < 0 || part.size() == end;
    }

    /** Whether the server sends the file in pieces (RFC 9110 section 15.3.7), and more is left. */
    boolean hasMore() {
        return known != null && end >= 0 && end < known.length();
    }

    /** What the server promised and did not send, for the user. */
    String shortfall() {
        return "the server ended its response after %,d of %,d bytes"
                .formatted(part.size() - offset, end - offset);
    }

    @Override
    public Sink answered(Response response) throws IOException {
        if (response.status() == Status.OK) {
            begin(response);
        } else if (response.status() == Status.PARTIAL_CONTENT) {
            goOn(response);
        } else {
            return new Discard();
        }
        accepted = response;
        return part;
    }

    private void begin(Response response) throws IOException {
        refuseCoding(response);
        if (known != null) {
            listener.note("the file changed on the server; starting over");
        } else if (part.size() > 0) {
            listener.note("cannot resume what was received; starting over");
        }
        begun = true;
        PartState state = PartState.of(url, response);
        end = state.length();
        part.begin(state);
        listener.begins("receiving", 0, state.length());
    }

    private void refuseCoding(Response response) throws IOException {
        String coding = response.field("content-encoding");
        if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            throw new IOException(url + ": the server sent Content-Encoding " + coding
                    + ", which was not requested");
        }
    }

    /**
     * Accepts a part of the same version that begins at the requested offset. It may end before
     * the end of the file: RFC 9110 section 14.2 lets a server send less than was requested.
     */
    private void goOn(Response response) throws IOException {
        refuseCoding(response);
        String said = response.field("content-range");
        Matcher range = CONTENT_RANGE.matcher(said);
        boolean fits = known != null
                && range.matches()
                && Long.parseLong(range.group(1)) == offset
                && Long.parseLong(range.group(2)) >= offset
                && Long.parseLong(range.group(2)) < known.length()
                && Long.parseLong(range.group(3)) == known.length()
                && response.strongTag().equals(known.tag());
        if (known == null || !fits) {
            throw new IOException(url + ": the server sent a range that was not requested ("
                    + (said.isEmpty() ? "no Content-Range" : "Content-Range: " + said) + ")"
                    + (known == null ? "" : "; to start over, " + part.startingOver()));
        }
        end = Long.parseLong(range.group(2)) + 1;
        if (response.body() == BodyLength.FIXED && response.length() != end - offset) {
            throw new IOException(url + ": the server sent Content-Length " + response.length()
                    + " with Content-Range: " + said + "; try again later");
        }
        part.goOn(offset, end);
        listener.begins("receiving", offset, known.length());
    }

    @Override
    public void received(long octets) {
        if (isAccepted()) {
            listener.moved(octets);
            pace.moved(octets);
        }
    }

    @Override
    public long piece() {
        return pace.piece();
    }
}
