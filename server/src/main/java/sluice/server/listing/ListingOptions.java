package sluice.server.listing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * The form and order of a listing that a client asks for. Folders always come first.
 *
 * @param json whether to write JSON for programs instead of a page
 * @param ascending the direction within folders and within files
 */
public record ListingOptions(boolean json, Sort sort, boolean ascending) {
    /** The column to sort by; names decide between equal values. */
    public enum Sort {
        NAME,
        SIZE,
        TIME;

        final String parameter = name().toLowerCase(Locale.ROOT);
    }

    /** A page sorted by name. */
    public static final ListingOptions DEFAULT = new ListingOptions(false, Sort.NAME, true);

    /**
     * Reads {@code sort=name|size|time}, {@code order=asc|desc} and {@code format=html|json} from a
     * query at [from, to), without its question mark; the last of two counts. It ignores anything
     * else.
     *
     * @param json whether JSON is wanted when the query says nothing about it (Accept)
     */
    public static ListingOptions parse(MemorySegment bytes, int from, int to, boolean json) {
        var options = new ListingOptions(json, Sort.NAME, true);
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || bytes.get(ValueLayout.JAVA_BYTE, i) == '&') {
                options = options.with(bytes, start, i);
                start = i + 1;
            }
        }
        return options;
    }

    private ListingOptions with(MemorySegment bytes, int from, int to) {
        for (var column : Sort.values()) {
            if (is(bytes, from, to, "sort=" + column.parameter)) {
                return new ListingOptions(json, column, ascending);
            }
        }
        if (is(bytes, from, to, "order=asc")) {
            return new ListingOptions(json, sort, true);
        }
        if (is(bytes, from, to, "order=desc")) {
            return new ListingOptions(json, sort, false);
        }
        if (is(bytes, from, to, "format=json")) {
            return new ListingOptions(true, sort, ascending);
        }
        return is(bytes, from, to, "format=html")
                ? new ListingOptions(false, sort, ascending)
                : this;
    }

    private static boolean is(MemorySegment bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, from + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
