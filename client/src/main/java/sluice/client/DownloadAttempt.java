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

/** One request for a file, or for the rest of it. */
final class DownloadAttempt implements Exchange.Owner {
    /** RFC 9530 section 4. */
    static final String WANT_DIGEST = "Want-Repr-Digest: sha-256=10";
    /** What is received is the file, not a coding of it. */
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
        // Of a file that is there whole, the last octet is asked for: then the server tells
        // whether it still has this version.
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

    /** Whether the file began to come from its beginning. */
    boolean begun() {
        return begun;
    }

    /** Whether the response brings the file, or the rest of it. */
    boolean isAccepted() {
        return accepted != null;
    }

    /** The response that did. */
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
            throw new IOException(
                    url + ": the server sends a coding of the file (" + coding + "), unasked");
        }
        if (known != null) {
            listener.note("the file has changed on the server: it is received from the start");
        } else if (part.size() > 0) {
            listener.note("what is there cannot be completed: the file is received from the start");
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
            throw new IOException(url + ": the server sends another part than was asked for");
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
