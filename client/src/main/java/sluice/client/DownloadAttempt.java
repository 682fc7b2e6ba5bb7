package sluice.client;

import org.jspecify.annotations.Nullable;

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
    /** RFC 9530 section 4. */
    static final String WANT_DIGEST = "Want-Repr-Digest: sha-256=10";
    /** Asks for the file itself, not for a compressed form. */
    static final String IDENTITY = "Accept-Encoding: identity";

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private final PartFile part;
    private final HttpUrl url;
    private final Transfer.Listener listener;
    private final @Nullable PartState known;
    private final long offset;
    private @Nullable Response accepted;
    private boolean begun;

    DownloadAttempt(PartFile part, HttpUrl url, Transfer.Listener listener) {
        this.part = part;
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
        List<String> fields = new ArrayList<>(List.of(IDENTITY, WANT_DIGEST));
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
        String coding = response.field("content-encoding");
        if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            throw new IOException(url + ": the server sent Content-Encoding " + coding
                    + ", which was not requested");
        }
        if (known != null) {
            listener.note("the file changed on the server; starting over");
        } else if (part.size() > 0) {
            listener.note("cannot resume what was received; starting over");
        }
        begun = true;
        PartState state = PartState.of(url, response);
        part.begin(state);
        listener.begins("receiving", 0, state.length());
    }

    private void goOn(Response response) throws IOException {
        Matcher range = CONTENT_RANGE.matcher(response.field("content-range"));
        boolean fits = known != null
                && range.matches()
                && Long.parseLong(range.group(1)) == offset
                && Long.parseLong(range.group(2)) == known.length() - 1
                && Long.parseLong(range.group(3)) == known.length()
                && response.strongTag().equals(known.tag());
        if (known == null || !fits) {
            throw new IOException(url + ": the server sent a range that was not requested");
        }
        part.goOn(offset);
        listener.begins("receiving", offset, known.length());
    }

    @Override
    public void received(long octets) {
        if (isAccepted()) {
            listener.moved(octets);
        }
    }
}
