package sluice.server.listing;

import sluice.http.HttpDate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Formats a time for people and RFC 3339, from its HTTP form. */
final class UtcTime {
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} */
    private final byte[] fixdate = new byte[HttpDate.LENGTH];

    UtcTime(long epochSeconds) {
        HttpDate.format(epochSeconds, fixdate, 0);
    }

    /** {@code 1994-11-06} */
    byte[] date() {
        var name = new String(fixdate, 8, 3, StandardCharsets.US_ASCII);
        int month = MONTHS.indexOf(name) / 3 + 1;
        return new byte[] {
            fixdate[12],
            fixdate[13],
            fixdate[14],
            fixdate[15],
            '-',
            (byte) ('0' + month / 10),
            (byte) ('0' + month % 10),
            '-',
            fixdate[5],
            fixdate[6]
        };
    }

    /** {@code 08:49:37} */
    byte[] time() {
        return Arrays.copyOfRange(fixdate, 17, 25);
    }

    /** {@code 08:49} */
    byte[] minute() {
        return Arrays.copyOfRange(fixdate, 17, 22);
    }
}
