package sluice.server;

/** Formats sizes for people, in listings and on the command line. */
public final class ByteCount {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private ByteCount() {}

    /**
     * Two or three digits and a decimal unit (1 kB = 1000 B), rounded half up: "0 B", "999 B", "1.0
     * kB", "9.9 kB", "10 kB", "9.2 EB".
     */
    public static String rounded(long bytes) {
        int unit = 0;
        long thousandths = 0;
        long whole = bytes;
        while (whole >= 1000) {
            thousandths = whole % 1000;
            whole /= 1000;
            unit++;
        }
        if (unit == 0) {
            return whole + " B";
        }
        long tenths = whole * 10 + (thousandths + 50) / 100;
        if (tenths < 100) {
            return tenths / 10 + "." + tenths % 10 + " " + UNITS[unit];
        }
        long rounded = whole + (thousandths >= 500 ? 1 : 0);
        return rounded < 1000 ? rounded + " " + UNITS[unit] : "1.0 " + UNITS[unit + 1];
    }

    /** "1 byte", "1,234,567 bytes". */
    public static String exact(long bytes) {
        return counted(bytes, "byte");
    }

    /** "0 files", "1 file", "1,234 files". */
    public static String counted(long number, String thing) {
        return grouped(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** "1,234,567". */
    public static String grouped(long number) {
        var digits = new StringBuilder(Long.toString(number));
        for (int i = digits.length() - 3; i > 0; i -= 3) {
            digits.insert(i, ',');
        }
        return digits.toString();
    }
}
