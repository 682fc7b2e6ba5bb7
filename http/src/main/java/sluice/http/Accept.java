package sluice.http;

import java.lang.foreign.MemorySegment;

/** The Accept field, RFC 9110 section 12.5.1: how a client ranks media types. */
public final class Accept {
    private static final int TYPE_ITSELF = 3;
    private static final int ANY_RANGE = 1;

    private Accept() {}

    /**
     * The weight of a type in thousandths, 1000 without the field. The most specific range that
     * matches counts; ranges with parameters other than "q" match nothing here.
     *
     * @param type as in {@code application/json}, in lower case
     */
    public static int weight(Request request, String type) {
        return weight(request, type, ANY_RANGE);
    }

    /**
     * Whether a request names a type itself, with a weight above zero. A browser that wants a page
     * does; a script of that page, which takes anything, does not.
     */
    public static boolean names(Request request, String type) {
        return request.has(Field.ACCEPT) && weight(request, type, TYPE_ITSELF) > 0;
    }

    private static int weight(Request request, String type, int least) {
        int line = request.find(Field.ACCEPT);
        if (line < 0) {
            return Weights.FULL;
        }
        MemorySegment bytes = request.bytes();
        int specificity = least - 1;
        int weight = 0;
        for (int i = line; i >= 0; i = request.next(i)) {
            int at = request.valueFrom(i);
            int to = request.valueTo(i);
            while (at < to) {
                int end = Lists.endOfElement(bytes, at, to);
                int range = Octets.skipSpace(bytes, at, end);
                int semicolon = Lists.find(bytes, range, end, ';');
                int matched = specificity(bytes, range, semicolon, type);
                int theirs = onlyWeight(bytes, semicolon, end) ? Weights.of(bytes, range, end) : -1;
                if (matched > specificity && theirs >= 0) {
                    specificity = matched;
                    weight = theirs;
                }
                at = end + 1;
            }
        }
        return weight;
    }

    /** 3 for the type itself, 2 for all of its kind, 1 for all, 0 for no match. */
    private static int specificity(MemorySegment bytes, int from, int end, String type) {
        int to = Octets.trimEnd(bytes, from, end);
        int common = 0;
        int length = Math.min(to - from, type.length());
        while (common < length
                && Octets.lower(Octets.get(bytes, from + common)) == type.charAt(common)) {
            common++;
        }
        if (common == type.length() && common == to - from) {
            return TYPE_ITSELF;
        }
        boolean star = to > from && Octets.get(bytes, to - 1) == '*';
        if (star && to - from == 3 && Octets.get(bytes, from) == '*') {
            return Octets.get(bytes, from + 1) == '/' ? 1 : 0;
        }
        int slash = type.indexOf('/');
        return star && to - from == slash + 2 && common == slash + 1 ? 2 : 0;
    }

    private static boolean onlyWeight(MemorySegment bytes, int semicolon, int end) {
        if (semicolon == end) {
            return true;
        }
        int name = Octets.skipSpace(bytes, semicolon + 1, end);
        return name < end && Octets.lower(Octets.get(bytes, name)) == 'q';
    }
}
