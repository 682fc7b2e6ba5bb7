package sluice.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The fields of a request of HTTP/2 (RFC 9113 section 8.3), written as a head of HTTP/1.1 while
 * they are decoded. So one parser decides what a request is, by whatever protocol it came: what two
 * implementations could read differently is refused in both. Fields that nobody can look up are
 * checked and not written.
 *
 * <p>One per event loop, for one request after another; allocates nothing.
 */
public final class FieldSection implements FieldSink {
    /** The result of {@link #end} for a request that RFC 9113 calls malformed. */
    public static final int MALFORMED = 0;
    /** Most fields, those of one name counted one by one: see {@link FieldLines#MAX_FIELDS}. */
    public static final int FIELDS_MAX = FieldLines.MAX_FIELDS;

    private static final int METHOD = 0;
    private static final int SCHEME = 1;
    private static final int PATH = 2;
    private static final int AUTHORITY = 3;
    private static final byte[][] PSEUDO = {
        Octets.ascii(":method"),
        Octets.ascii(":scheme"),
        Octets.ascii(":path"),
        Octets.ascii(":authority")
    };

    private static final byte[] CONNECT = Octets.ascii("CONNECT");
    private static final byte[] OPTIONS = Octets.ascii("OPTIONS");
    private static final byte[] TRAILERS = Octets.ascii("trailers");
    private static final byte[] VERSION_AND_HOST = Octets.ascii(" HTTP/1.1\r\nhost: ");
    private static final byte[] VERSION = Octets.ascii(" HTTP/1.1\r\n");
    private static final byte[] END = Octets.ascii("\r\n");
    private static final byte[] COLON = Octets.ascii(": ");
    /** How HTTP/1.1 says that a body of unknown length follows. */
    private static final byte[] UNKNOWN_LENGTH = Octets.ascii("transfer-encoding: chunked\r\n");

    private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");
    private static final byte[] PROXY_CONNECTION = Octets.ascii("proxy-connection");

    private final MemorySegment out;
    private final byte[] values = new byte[RequestHead.MAX_HEAD];
    /** Where the pseudo-fields lie in {@link #values}; -1 for one that has not come. */
    private final int[] from = new int[PSEUDO.length];

    private final int[] to = new int[PSEUDO.length];
    private int used;
    private int at;
    private int count;
    private boolean trailers;
    private boolean malformed;
    private boolean tooLarge;
    /** Whether the request line is written: no pseudo-field may follow. */
    private boolean begun;
    /** Whether the length of the content was sent. */
    private boolean hasLength;

    /**
     * @param out where heads are written to, from its start; twice {@link RequestHead#MAX_HEAD}
     */
    public FieldSection(MemorySegment out) {
        this.out = out;
    }

    /**
     * Begins the next section.
     *
     * @param ofTrailers whether it follows the content, and so has no pseudo-fields
     */
    public void begin(boolean ofTrailers) {
        trailers = ofTrailers;
        Arrays.fill(from, -1);
        used = at = count = 0;
        malformed = tooLarge = hasLength = false;
        begun = ofTrailers;
    }

    @Override
    public void field(
            @Nullable Field field,
            byte[] name,
            int nameFrom,
            int nameTo,
            byte[] value,
            int valueFrom,
            int valueTo) {
        if (++count > FIELDS_MAX) {
            tooLarge = true;
        }
        if (malformed || tooLarge) {
            return;
        }
        if (!isText(value, valueFrom, valueTo)) {
            malformed = true;
        } else if (nameTo > nameFrom && name[nameFrom] == ':') {
            pseudo(name, nameFrom, nameTo, value, valueFrom, valueTo);
        } else if (field == null) {
            malformed = !isName(name, nameFrom, nameTo)
                    || equal(name, nameFrom, nameTo, KEEP_ALIVE)
                    || equal(name, nameFrom, nameTo, PROXY_CONNECTION);
            beginLines();
        } else {
            regular(field, name, nameFrom, nameTo, value, valueFrom, valueTo);
        }
    }

    private void pseudo(byte[] name, int nameFrom, int nameTo, byte[] value, int start, int end) {
        int which = 0;
        while (which < PSEUDO.length && !equal(name, nameFrom, nameTo, PSEUDO[which])) {
            which++;
        }
        if (begun || which == PSEUDO.length || from[which] >= 0) {
            malformed = true;
            return;
        }
        int length = end - start;
        if (length > values.length - used) {
            tooLarge = true;
            return;
        }
        from[which] = used;
        System.arraycopy(value, start, values, used, length);
        used += length;
        to[which] = used;
    }

    private void regular(
            Field field,
            byte[] name,
            int nameFrom,
            int nameTo,
            byte[] value,
            int valueFrom,
            int valueTo) {
        beginLines();
        hasLength |= field == Field.CONTENT_LENGTH;
        switch (field) {
            case CONNECTION, TRANSFER_ENCODING, UPGRADE -> malformed = true;
            case TE -> malformed |= !equal(value, valueFrom, valueTo, TRAILERS);
            case COOKIE -> {}
            case HOST -> {
                if (from[AUTHORITY] < 0) {
                    write(name, nameFrom, nameTo, value, valueFrom, valueTo);
                } else {
                    malformed |= !Arrays.equals(
                            value, valueFrom, valueTo, values, from[AUTHORITY], to[AUTHORITY]);
                }
            }
            default -> write(name, nameFrom, nameTo, value, valueFrom, valueTo);
        }
    }

    private void write(
            byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
        if (trailers || malformed || !fits(nameTo - nameFrom + valueTo - valueFrom + 4)) {
            return;
        }
        put(name, nameFrom, nameTo);
        put(COLON, 0, COLON.length);
        put(value, valueFrom, valueTo);
        put(END, 0, END.length);
    }

    /** All pseudo-fields have come: writes the request line and Host. */
    private void beginLines() {
        if (begun || malformed) {
            return;
        }
        begun = true;
        boolean connect = has(METHOD) && equal(values, from[METHOD], to[METHOD], CONNECT);
        malformed = connect ? !isConnect() : !isRequest();
        if (malformed || !fits(used + VERSION_AND_HOST.length + END.length + 1)) {
            return;
        }
        putPseudo(METHOD);
        out.set(ValueLayout.JAVA_BYTE, at++, (byte) ' ');
        putPseudo(connect ? AUTHORITY : PATH);
        if (has(AUTHORITY)) {
            put(VERSION_AND_HOST, 0, VERSION_AND_HOST.length);
            putPseudo(AUTHORITY);
            put(END, 0, END.length);
        } else {
            put(VERSION, 0, VERSION.length);
        }
    }

    private boolean has(int which) {
        return from[which] >= 0;
    }

    /** RFC 9113 section 8.5. */
    private boolean isConnect() {
        return has(AUTHORITY) && !has(SCHEME) && !has(PATH);
    }

    /** RFC 9113 section 8.3.1. Another form of target would name its own host. */
    private boolean isRequest() {
        if (!has(METHOD)
                || !has(SCHEME)
                || !has(PATH)
                || !isToken(values, from[METHOD], to[METHOD])) {
            return false;
        }
        int length = to[PATH] - from[PATH];
        byte first = length == 0 ? 0 : values[from[PATH]];
        return to[SCHEME] > from[SCHEME]
                && (first == '/'
                        || first == '*'
                                && length == 1
                                && equal(values, from[METHOD], to[METHOD], OPTIONS));
    }

    /**
     * Ends the section and parses what was written.
     *
     * @param bodyFollows whether content may follow
     * @return the length of the head; {@link #MALFORMED}; or a negative status, with which the
     *     request is to be answered
     */
    public int end(RequestHead head, boolean bodyFollows) {
        beginLines();
        if (malformed) {
            return MALFORMED;
        }
        if (bodyFollows && !hasLength && fits(UNKNOWN_LENGTH.length)) {
            put(UNKNOWN_LENGTH, 0, UNKNOWN_LENGTH.length);
        }
        if (tooLarge || !fits(END.length)) {
            return -Status.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        put(END, 0, END.length);
        int length = head.parse(out, 0, at);
        return length == RequestHead.INCOMPLETE ? -Status.BAD_REQUEST : length;
    }

    /** Ends a section of trailers; false if it is malformed. */
    public boolean endTrailers() {
        return !malformed;
    }

    private boolean fits(int more) {
        tooLarge |= more > RequestHead.MAX_HEAD - at;
        return !tooLarge;
    }

    private void putPseudo(int which) {
        put(values, from[which], to[which]);
    }

    private void put(byte[] octets, int start, int end) {
        MemorySegment.copy(octets, start, out, ValueLayout.JAVA_BYTE, at, end - start);
        at += end - start;
    }

    private static boolean equal(byte[] octets, int start, int end, byte[] expected) {
        return Arrays.equals(octets, start, end, expected, 0, expected.length);
    }

    /** RFC 9113 section 8.2.1: a token in lower case. */
    private static boolean isName(byte[] name, int start, int end) {
        for (int i = start; i < end; i++) {
            if (name[i] >= 'A' && name[i] <= 'Z') {
                return false;
            }
        }
        return isToken(name, start, end);
    }

    private static boolean isToken(byte[] octets, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Octets.is(octets[i], Octets.TOKEN)) {
                return false;
            }
        }
        return end > start;
    }

    /** No control characters, and no white space around it (RFC 9113 section 8.2.1). */
    private static boolean isText(byte[] value, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Octets.is(value[i], Octets.TEXT)) {
                return false;
            }
        }
        return start == end || !Octets.isSpace(value[start]) && !Octets.isSpace(value[end - 1]);
    }
}
