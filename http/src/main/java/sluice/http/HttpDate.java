package sluice.http;

import java.lang.foreign.MemorySegment;

/** Dates of RFC 9110 section 5.6.7, in seconds since 1970 (UTC, without leap seconds). */
public final class HttpDate {
    /** The result of parsing an invalid date. */
    public static final long INVALID = Long.MIN_VALUE;
    /** Octets of an IMF-fixdate. */
    public static final int LENGTH = 29;

    /** 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: the limits of a four-digit year. */
    private static final long EARLIEST = -62_167_219_200L;

    private static final long LATEST = 253_402_300_799L;

    private static final int SECONDS_PER_DAY = 86_400;
    private static final int ASCTIME_LENGTH = 24;
    /** Octets of an RFC 850 date without the day name. */
    private static final int RFC850_REST = 24;

    private static final String DAYS = "ThuFriSatSunMonTueWed";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final String[] LONG_DAYS = {
        "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"
    };
    private static final byte[] TEMPLATE = Octets.ascii("Thu, 01 Jan 1970 00:00:00 GMT");

    private HttpDate() {}

    /** Writes 29 octets of an IMF-fixdate. The years are clamped to 0000 to 9999. */
    public static void format(long epochSeconds, byte[] into, int at) {
        long time = Math.clamp(epochSeconds, EARLIEST, LATEST);
        long day = Math.floorDiv(time, SECONDS_PER_DAY);
        int second = (int) Math.floorMod(time, (long) SECONDS_PER_DAY);
        // The civil calendar from days, in eras of 400 years that begin on 1 March: the method that
        // Howard Hinnant describes in "chrono-Compatible Low-Level Date Algorithms"
        // (civil_from_days).
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10;
        int year = (int) (yearOfEra + era * 400) + (month < 2 ? 1 : 0);

        System.arraycopy(TEMPLATE, 0, into, at, LENGTH);
        put3(DAYS, (int) Math.floorMod(day, 7L), into, at);
        put2(dayOfYear - (153 * marchMonth + 2) / 5 + 1, into, at + 5);
        put3(MONTHS, month, into, at + 8);
        put2(year / 100, into, at + 12);
        put2(year % 100, into, at + 14);
        put2(second / 3600, into, at + 17);
        put2(second / 60 % 60, into, at + 20);
        put2(second % 60, into, at + 23);
    }

    private static void put2(int number, byte[] into, int at) {
        into[at] = (byte) ('0' + number / 10);
        into[at + 1] = (byte) ('0' + number % 10);
    }

    private static void put3(String names, int index, byte[] into, int at) {
        for (int i = 0; i < 3; i++) {
            into[at + i] = (byte) names.charAt(index * 3 + i);
        }
    }

    /**
     * Parses any of the three formats strictly; they are case-sensitive. The day name must be
     * valid, but is not checked against the date.
     *
     * @param now for the two-digit years of RFC 850: none is more than 50 years in the future
     * @return seconds since 1970, or {@link #INVALID}
     */
    public static long parse(MemorySegment bytes, int from, int to, long now) {
        if (to - from == LENGTH && Octets.get(bytes, from + 3) == ',') {
            return parseFixdate(bytes, from);
        }
        if (to - from == ASCTIME_LENGTH && Octets.get(bytes, from + 3) == ' ') {
            return parseAsctime(bytes, from);
        }
        return parseRfc850(bytes, from, to, now);
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} */
    private static long parseFixdate(MemorySegment bytes, int at) {
        boolean fits = name(bytes, at, DAYS) >= 0
                && matches(bytes, at + 4, " ")
                && matches(bytes, at + 7, " ")
                && matches(bytes, at + 11, " ")
                && matches(bytes, at + 16, " ")
                && matches(bytes, at + 25, " GMT");
        int year = digits(bytes, at + 12, 4);
        int month = name(bytes, at + 8, MONTHS);
        return fits
                ? seconds(year, month, digits(bytes, at + 5, 2), time(bytes, at + 17))
                : INVALID;
    }

    /** {@code Sun Nov  6 08:49:37 1994} */
    private static long parseAsctime(MemorySegment bytes, int at) {
        boolean fits = name(bytes, at, DAYS) >= 0
                && matches(bytes, at + 7, " ")
                && matches(bytes, at + 10, " ")
                && matches(bytes, at + 19, " ");
        boolean oneDigit = matches(bytes, at + 8, " ");
        int day = oneDigit ? digits(bytes, at + 9, 1) : digits(bytes, at + 8, 2);
        int year = digits(bytes, at + 20, 4);
        int month = name(bytes, at + 4, MONTHS);
        return fits ? seconds(year, month, day, time(bytes, at + 11)) : INVALID;
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT} */
    private static long parseRfc850(MemorySegment bytes, int from, int to, long now) {
        int at = to - RFC850_REST;
        if (at <= from || !isLongDay(bytes, from, at)) {
            return INVALID;
        }
        boolean fits = matches(bytes, at, ", ")
                && matches(bytes, at + 4, "-")
                && matches(bytes, at + 8, "-")
                && matches(bytes, at + 11, " ")
                && matches(bytes, at + 20, " GMT");
        int shortYear = digits(bytes, at + 9, 2);
        if (!fits || shortYear < 0) {
            return INVALID;
        }
        int month = name(bytes, at + 5, MONTHS);
        int day = digits(bytes, at + 2, 2);
        int time = time(bytes, at + 12);
        int thisYear = yearOf(now);
        int latest = thisYear + 50;
        int year = latest - Math.floorMod(latest - shortYear, 100);
        boolean tooFar = year == latest && seconds(thisYear, month, day, time) > now;
        return seconds(tooFar ? year - 100 : year, month, day, time);
    }

    private static boolean isLongDay(MemorySegment bytes, int from, int to) {
        for (String day : LONG_DAYS) {
            if (day.length() == to - from && matches(bytes, from, day)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(MemorySegment bytes, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Octets.get(bytes, at + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The index of a three-letter name, or -1. */
    private static int name(MemorySegment bytes, int at, String names) {
        for (int i = 0; i < names.length(); i += 3) {
            if (Octets.get(bytes, at) == names.charAt(i)
                    && Octets.get(bytes, at + 1) == names.charAt(i + 1)
                    && Octets.get(bytes, at + 2) == names.charAt(i + 2)) {
                return i / 3;
            }
        }
        return -1;
    }

    private static int digits(MemorySegment bytes, int at, int count) {
        return (int) Octets.decimal(bytes, at, at + count);
    }

    /** Seconds of the day from {@code 08:49:37}, or -1. A leap second counts as the next one. */
    private static int time(MemorySegment bytes, int at) {
        int hour = digits(bytes, at, 2);
        int minute = digits(bytes, at + 3, 2);
        int second = digits(bytes, at + 6, 2);
        boolean valid = matches(bytes, at + 2, ":")
                && matches(bytes, at + 5, ":")
                && isWithin(hour, 23)
                && isWithin(minute, 59)
                && isWithin(second, 60);
        return valid ? hour * 3600 + minute * 60 + second : -1;
    }

    private static boolean isWithin(int value, int highest) {
        return value >= 0 && value <= highest;
    }

    /** Month from 0, day from 1; negative parts are invalid. */
    private static long seconds(int year, int month, int day, int secondOfDay) {
        if (year < 0 || month < 0 || day < 1 || secondOfDay < 0 || day > length(month, year)) {
            return INVALID;
        }
        return days(year, month, day) * SECONDS_PER_DAY + secondOfDay;
    }

    private static int length(int month, int year) {
        if (month == 1) {
            boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            return leap ? 29 : 28;
        }
        return month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
    }

    private static long days(int year, int month, int day) {
        int marchYear = month < 2 ? year - 1 : year;
        int marchMonth = month < 2 ? month + 10 : month - 2;
        long era = Math.floorDiv(marchYear, 400);
        int yearOfEra = (int) (marchYear - era * 400);
        int dayOfYear = (153 * marchMonth + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }

    private static long startOfYear(int year) {
        return days(year, 0, 1) * SECONDS_PER_DAY;
    }

    private static int yearOf(long epochSeconds) {
        int year = Math.clamp(1970 + Math.floorDiv(epochSeconds, 31_556_952L), 0, 9999);
        if (startOfYear(year) > epochSeconds) {
            return year - 1;
        }
        return startOfYear(year + 1) <= epochSeconds ? year + 1 : year;
    }
}
