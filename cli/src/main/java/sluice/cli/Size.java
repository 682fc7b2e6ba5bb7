package sluice.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it. */
final class Size {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})([KMkm]?)(i?[Bb])?");

    private Size() {}

    /**
     * Bytes; K and M are powers of 1024.
     *
     * @throws IllegalArgumentException that names the flag
     */
    static int parse(String flag, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    flag + " must be a size like 64K or 1M, not " + text);
        }
        long unit = switch (matcher.group(2)) {
            case "K", "k" -> 1 << 10;
            case "M", "m" -> 1 << 20;
            default -> 1;
        };
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(matcher.group(1)) * unit);
    }
}
