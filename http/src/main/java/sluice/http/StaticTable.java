package sluice.http;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** The fields that every peer knows by number, RFC 7541 appendix A. */
final class StaticTable {
    /** The number of the last field; the first one is 1. */
    static final int LAST = 61;

    /** The first field that is a {@code :status}, and the last. */
    static final int STATUS_FIRST = 8;

    static final int STATUS_LAST = 14;

    /** Name and value of each field, from number 1; most have no value. */
    private static final String TABLE = """
        :authority
        :method GET
        :method POST
        :path /
        :path /index.html
        :scheme http
        :scheme https
        :status 200
        :status 204
        :status 206
        :status 304
        :status 400
        :status 404
        :status 500
        accept-charset
        accept-encoding gzip, deflate
        accept-language
        accept-ranges
        accept
        access-control-allow-origin
        age
        allow
        authorization
        cache-control
        content-disposition
        content-encoding
        content-language
        content-length
        content-location
        content-range
        content-type
        cookie
        date
        etag
        expect
        expires
        from
        host
        if-match
        if-modified-since
        if-none-match
        if-range
        if-unmodified-since
        last-modified
        link
        location
        max-forwards
        proxy-authenticate
        proxy-authorization
        range
        referer
        refresh
        retry-after
        server
        set-cookie
        strict-transport-security
        transfer-encoding
        user-agent
        vary
        via
        www-authenticate
        """;

    private static final byte[][] NAMES = new byte[LAST + 1][];
    private static final byte[][] VALUES = new byte[LAST + 1][];
    private static final @Nullable Field[] FIELDS = new Field[LAST + 1];
    private static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        String[] lines = TABLE.split("\n");
        for (int i = 1; i <= LAST; i++) {
            String[] nameAndValue = lines[i - 1].split(" ", 2);
            NAMES[i] = Octets.ascii(nameAndValue[0]);
            VALUES[i] = Octets.ascii(nameAndValue.length > 1 ? nameAndValue[1] : "");
            FIELDS[i] = Field.spelled(NAMES[i], 0, NAMES[i].length);
            BY_NAME.putIfAbsent(nameAndValue[0], i);
        }
    }

    private StaticTable() {}

    /** Shared: never written to. */
    static byte[] name(int number) {
        return NAMES[number];
    }

    /** Shared: never written to. */
    static byte[] value(int number) {
        return VALUES[number];
    }

    static @Nullable Field field(int number) {
        return FIELDS[number];
    }

    /** The first field with this name in lower case, or 0. */
    static int numberOf(String name) {
        return BY_NAME.getOrDefault(name, 0);
    }
}
