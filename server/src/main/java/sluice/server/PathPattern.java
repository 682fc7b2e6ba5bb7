package sluice.server;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Says which paths a rule is for. One that begins with a slash is for the whole path: {@code
 * /about}, {@code /assets/**}. Any other is for the last name of a path, in every directory: {@code
 * *.html}. There is at most one wildcard, so that a comparison takes one look at each octet: {@code
 * *} stands for any octets of one name, {@code **} for slashes, too.
 */
public final class PathPattern {
    /** Every path. */
    public static final PathPattern ALL = of("/**");

    /**
     * Names that hold a hash of the content, as builds of web pages make them ({@code
     * main.3f2a1b9c.js}, {@code index-BxT3kQ9a.css}): another content has another name. A part of
     * eight or more characters counts as a hash if it has digits and letters from a to f, or digits
     * and letters of both cases. So neither words nor dates do.
     */
    public static final PathPattern HASHED = new PathPattern("names with a hash");

    private static final Pattern HASH =
            Pattern.compile("[._-](?:(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,64}"
                    + "|(?=[^.]*[0-9])(?=[^.]*[a-z])(?=[^.]*[A-Z])[0-9A-Za-z_]{8,64})"
                    + "(?:\\.[0-9A-Za-z]{1,12}){1,2}");
    /** Longer names are none that a build made: NAME_MAX of Linux. */
    private static final int NAME_MAX = 255;

    private final String text;
    /** Whether it is for whole paths, or for last names. */
    private final boolean whole;

    private final byte[] before;
    /** What follows the wildcard; null without one. */
    private final byte @Nullable [] after;

    private final boolean throughSlashes;
    private final @Nullable Predicate<String> test;

    private PathPattern(String words) {
        text = words;
        whole = false;
        before = new byte[0];
        after = null;
        throughSlashes = false;
        test = name -> HASH.matcher(name).find();
    }

    private PathPattern(String text, boolean whole, String pattern, int star, int end) {
        this.text = text;
        this.whole = whole;
        before = octets(star < 0 ? pattern : pattern.substring(0, star));
        after = star < 0 ? null : octets(pattern.substring(end));
        throughSlashes = end - star > 1;
        test = null;
    }

    /**
     * The pattern that a text says. Other characters than the asterisk stand for themselves; a
     * percent sign, too, since paths are compared when they are decoded.
     *
     * @throws IllegalArgumentException if it can match no path, or has more than one wildcard
     */
    public static PathPattern of(String text) {
        if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ')) {
            throw refused(text, "it is empty or has a control character");
        }
        boolean whole = text.startsWith("/");
        String pattern = whole ? text.substring(1) : text;
        int star = pattern.indexOf('*');
        int end = star;
        while (end >= 0 && end < pattern.length() && pattern.charAt(end) == '*') {
            end++;
        }
        if (end - star > 2 || end >= 0 && pattern.indexOf('*', end) >= 0) {
            throw refused(text, "it may have one wildcard, * or **");
        }
        if (!whole && pattern.contains("/")) {
            throw refused(text, "with a slash it is for a whole path, and must begin with one");
        }
        return new PathPattern(text, whole, pattern, star, end);
    }

    private static IllegalArgumentException refused(String text, String reason) {
        return new IllegalArgumentException("'" + text + "' is no pattern of paths: " + reason);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether it has a wildcard. */
    public boolean hasWildcard() {
        return after != null;
    }

    /**
     * Whether it is for a path.
     *
     * @param path decoded, without its leading slash, at [from, to)
     */
    public boolean matches(byte[] path, int from, int to) {
        int start = whole ? from : lastName(path, from, to);
        if (test != null) {
            return to - start <= NAME_MAX
                    && test.test(new String(path, start, to - start, StandardCharsets.ISO_8859_1));
        }
        if (after == null) {
            return Arrays.equals(path, start, to, before, 0, before.length);
        }
        int first = start + before.length;
        int last = to - after.length;
        return first <= last
                && Arrays.equals(path, start, first, before, 0, before.length)
                && Arrays.equals(path, last, to, after, 0, after.length)
                && (throughSlashes || !hasSlash(path, first, last));
    }

    /** What the wildcard stands for in a path that matches; empty without a wildcard. */
    public byte[] wildcard(byte[] path, int from, int to) {
        if (after == null) {
            return new byte[0];
        }
        int start = whole ? from : lastName(path, from, to);
        return Arrays.copyOfRange(path, start + before.length, to - after.length);
    }

    private static boolean hasSlash(byte[] path, int from, int to) {
        return lastName(path, from, to) > from;
    }

    private static int lastName(byte[] path, int from, int to) {
        int at = to;
        while (at > from && path[at - 1] != '/') {
            at--;
        }
        return at;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
