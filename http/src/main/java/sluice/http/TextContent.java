package sluice.http;

/**
 * Whether octets are text that a browser can show: UTF-8 (RFC 3629) without control characters that
 * only binary data has (WHATWG MIME Sniffing, section 3). It never finds more than that: a type
 * whose content could run, such as HTML, comes from a name alone.
 */
public final class TextContent {
    /** Octets that are enough to tell: a page of the page cache. */
    public static final int LOOK = 4 << 10;

    private static final int TAB = 0x09;
    private static final int CARRIAGE_RETURN = 0x0D;
    private static final int VERTICAL_TAB = 0x0B;
    private static final int ESCAPE = 0x1B;
    private static final int SPACE = 0x20;
    private static final int ASCII_END = 0x80;

    private TextContent() {}

    /**
     * Looks at the first octets of a file.
     *
     * @param whole whether these are all octets; else the last character may be cut
     */
    public static boolean isText(byte[] octets, boolean whole) {
        int at = 0;
        while (at < octets.length) {
            int first = octets[at] & 0xFF;
            int length = length(first);
            if (length == 0) {
                return false;
            }
            for (int i = 1; i < length; i++) {
                if (at + i == octets.length) {
                    return !whole;
                }
                if (!follows(first, i, octets[at + i] & 0xFF)) {
                    return false;
                }
            }
            at += length;
        }
        return true;
    }

    /** Octets of the character that begins with this one; 0 if none does. */
    private static int length(int first) {
        if (first < ASCII_END) {
            boolean text = first >= SPACE
                    || first >= TAB && first <= CARRIAGE_RETURN && first != VERTICAL_TAB
                    || first == ESCAPE;
            return text ? 1 : 0;
        }
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    }

    /** RFC 3629 section 4: the second octet excludes overlong forms and surrogates. */
    private static boolean follows(int first, int index, int octet) {
        int least = 0x80;
        int most = 0xBF;
        if (index == 1) {
            switch (first) {
                case 0xE0 -> least = 0xA0;
                case 0xED -> most = 0x9F;
                case 0xF0 -> least = 0x90;
                case 0xF4 -> most = 0x8F;
                default -> {}
            }
        }
        return octet >= least && octet <= most;
    }
}
