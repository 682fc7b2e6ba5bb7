package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.DigestAlgorithm;
import sluice.http.Method;
import sluice.http.PromisedDigests;
import sluice.http.Status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The SHA-256 of a file as the server tells it (RFC 9530). */
final class ServerDigest {
    static final DigestAlgorithm ALGORITHM = DigestAlgorithm.SHA_256;
    /** RFC 9530 section 4. */
    static final String WANT = "Want-Repr-Digest: sha-256=10";
    /** Asks for the file itself, not for a compressed form. */
    static final String IDENTITY = "Accept-Encoding: identity";

    private ServerDigest() {}

    /** The digest of the representation in a response, or null. */
    static byte @Nullable [] in(Response response) {
        return in(response, "repr-digest");
    }

    /**
     * The digest of a whole file in a response that brought it, or the rest of it. RFC 9530 section
     * 2: Content-Digest is that of the message content. This is the whole file in a 200 response
     * without a coding, but not in a partial response or one to HEAD.
     */
    static byte @Nullable [] withContent(Response response) {
        byte[] digest = in(response);
        return digest == null && response.status() == Status.OK
                ? in(response, "content-digest")
                : digest;
    }

    private static byte @Nullable [] in(Response response, String field) {
        return PromisedDigests.of(response.field(field)).get(ALGORITHM);
    }

    /**
     * Asks for the digest alone. Sluice answers when it has computed it; another server may not.
     *
     * @param tag of the version, or empty for any
     * @return null if the server does not tell, or has another version
     */
    static byte @Nullable [] ask(Caller caller, HttpUrl url, String tag)
            throws IOException, InterruptedException {
        List<String> fields = new ArrayList<>(List.of(WANT, IDENTITY));
        if (!tag.isEmpty()) {
            fields.add("If-Match: " + tag);
        }
        Ending ending = caller.call(new Request(Method.HEAD, url, fields), head -> new Discard());
        // A server that does not know If-Match answers with whatever it has.
        boolean same = ending.kind() == Ending.Kind.WHOLE
                && ending.response().isSuccess()
                && (tag.isEmpty() || ending.response().strongTag().equals(tag));
        return same ? in(ending.response()) : null;
    }
}
