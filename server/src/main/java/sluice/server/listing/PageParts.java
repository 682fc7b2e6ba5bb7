package sluice.server.listing;

import sluice.http.Fields;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * What pages have in common: styles, icons and scripts, which are files beside this class, and the
 * policies that allow these and nothing else (Content Security Policy Level 3). A page has them
 * inside, so that it is one response, and works behind a proxy that adds a prefix. Browsers compare
 * each with its hash in the policy: markup that slipped in by a name of a file would not run.
 */
public final class PageParts {
    static final byte[] ICONS = octets(resource("icons.svg"));

    /** Colours and type of all pages. */
    public static final String PALETTE = stripped("palette.css");

    private static final String STYLE = PALETTE + stripped("page.css");
    private static final String ERROR_STYLE = PALETTE + stripped("error.css");
    private static final String SCRIPT = stripped("page.js");
    private static final String UPLOAD_SCRIPT = stripped("upload.js");

    /** {@code <style>} of a listing. */
    static final byte[] LISTING_STYLE = element("style", STYLE);

    /** {@code <style>} of an error. */
    static final byte[] STYLE_OF_ERROR = element("style", ERROR_STYLE);

    /** {@code <script>} of every listing. */
    static final byte[] LISTING_SCRIPT = element("script", SCRIPT);

    /** {@code <script>} of a listing whose folder takes uploads. */
    static final byte[] SCRIPT_OF_UPLOADS = element("script", UPLOAD_SCRIPT);

    /** Loads no other resource, but pictures of the site; sends requests to it alone. */
    static final Fields LISTING_POLICY = policy("style-src " + hash(STYLE) + "; script-src "
            + hash(SCRIPT) + " " + hash(UPLOAD_SCRIPT) + "; img-src 'self'; connect-src 'self'");

    static final Fields ERROR_POLICY = policy("style-src " + hash(ERROR_STYLE));

    private PageParts() {}

    /** The policy of a page: these sources, and none else. */
    public static Fields policy(String allowed) {
        return Fields.NONE.with(
                "Content-Security-Policy",
                "default-src 'none'; " + allowed
                        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
    }

    /** An element with this content, which its page's policy allows by {@link #hash}. */
    public static byte[] element(String name, String content) {
        return octets("<" + name + ">" + content + "</" + name + ">\n");
    }

    /** In UTF-8. */
    public static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A file beside this class, or one by its absolute name in this module. Without indentation,
     * and lines that hold only a comment: no page needs them.
     */
    public static String stripped(String name) {
        return resource(name)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//") && !isComment(line))
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static boolean isComment(String line) {
        return line.startsWith("/*") && line.endsWith("*/");
    }

    private static String resource(String name) {
        try (InputStream in = PageParts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A source of a policy: the element with this content. */
    public static String hash(String text) {
        byte[] digest = sha256().digest(octets(text));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    /** Every Java platform has it (MessageDigest). */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
