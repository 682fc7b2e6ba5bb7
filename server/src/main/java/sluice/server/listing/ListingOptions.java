package sluice.server.listing;

import sluice.http.Accept;
import sluice.http.Request;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * The form and order of a listing that a client asks for. Folders always come first.
 *
 * @param json whether to write JSON for programs instead of a page
 * @param ascending the direction within folders and within files
 * @param page which part of a long list a page shows, from 1; JSON has all
 */
public record ListingOptions(boolean json, Sort sort, boolean ascending, int page) {
    /** The column to sort by; names decide between equal values. */
    public enum Sort {
        NAME,
        SIZE,
        TIME;

        final String parameter = name().toLowerCase(Locale.ROOT);
    }

    /** A page sorted by name. */
    public static final ListingOptions DEFAULT = new ListingOptions(false, Sort.NAME, true);

    /** Digits of a page's number: no directory has as many entries. */
    private static final int PAGE_DIGITS = 6;

    private static final String PAGE = "page=";

    /** The first page. */
    public ListingOptions(boolean json, Sort sort, boolean ascending) {
        this(json, sort, ascending, 1);
    }

    /** What a request asks for by its query, and by Accept. */
    public static ListingOptions of(Request request) {
        boolean json =
                Accept.weight(request, "application/json") > Accept.weight(request, "text/html");
        return request.hasQuery()
                ? parse(request.bytes(), request.queryFrom(), request.queryTo(), json)
                : new ListingOptions(json, Sort.NAME, true);
    }

    /**
     * Reads {@code sort=name|size|time}, {@code order=asc|desc}, {@code page=N} and {@code
     * format=html|json} from a query at [from, to), without its question mark; the last of two
     * counts. It ignores anything else.
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
                return new ListingOptions(json, column, ascending, page);
            }
        }
        if (is(bytes, from, to, "order=asc")) {
            return new ListingOptions(json, sort, true, page);
        }
        if (is(bytes, from, to, "order=desc")) {
            return new ListingOptions(json, sort, false, page);
        }
        if (is(bytes, from, to, "format=json")) {
            return new ListingOptions(true, sort, ascending, page);
        }
        if (is(bytes, from, to, "format=html")) {
            return new ListingOptions(false, sort, ascending, page);
        }
        int number = page(bytes, from, to);
        return number > 0 ? new ListingOptions(json, sort, ascending, number) : this;
    }

    /** The number of the page at [from, to), or 0. */
    private static int page(MemorySegment bytes, int from, int to) {
        int digits = from + PAGE.length();
        if (to <= digits || to - digits > PAGE_DIGITS || !is(bytes, from, digits, PAGE)) {
            return 0;
        }
        int number = 0;
        for (int i = digits; i < to; i++) {
            int digit = bytes.get(ValueLayout.JAVA_BYTE, i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = 10 * number + digit;
        }
        return number;
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
