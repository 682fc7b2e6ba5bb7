package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.TransferStats;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Lines of the access log: each is one JSON object in ASCII. They escape what clients wrote, so
 * that no client can end a string or a line, or send control sequences to a terminal. One thread;
 * it keeps what the next line is likely to have, too, since a line costs as much as a small
 * response.
 */
final class AccessLogLine {
    private static final String HEX = "0123456789abcdef";

    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private final StringBuilder to;
    private boolean first;

    /** The second that {@link #second} is the text of. */
    private long knownSecond = Long.MIN_VALUE;

    private String second = "";
    private @Nullable InetAddress knownAddress;
    private String address = "";

    /** Adds lines to a text. */
    AccessLogLine(StringBuilder to) {
        this.to = to;
    }

    /** Adds the line of one response, with these fields. */
    void of(ResponseRecord response, List<AccessLogField> fields) {
        begin();
        for (AccessLogField field : fields) {
            add(field, response);
        }
        end();
    }

    private void add(AccessLogField field, ResponseRecord response) {
        String name = field.label();
        ResponseRecord.Request request = response.request();
        TransferStats stats = response.stats();
        switch (field) {
            case TIME -> time(response.time());
            case REMOTE -> text(name, address(response.remote()));
            case METHOD -> text(name, request.method());
            case TARGET -> text(name, request.target());
            case VERSION -> text(name, request.version());
            case STATUS -> number(name, response.status());
            case BYTES -> number(name, response.bodyBytes());
            case DURATION_US -> number(name, micros(response.duration()));
            case CPU_US -> raw(name, tenths(response.cpu()));
            case REFERER -> text(name, request.referer());
            case USER_AGENT -> text(name, request.userAgent());
            case COMPLETE -> raw(name, String.valueOf(response.complete()));
            case PATH -> text(name, response.copyPath());
            case MODEL -> text(name, response.model());
            case HEAD_BYTES -> number(name, response.headBytes());
            case KERNEL_BYTES -> number(name, stats.kernelBytes());
            case USER_BYTES -> number(name, stats.userBytes());
            case SYSTEM_CALLS -> number(name, stats.systemCalls());
            case COLD_PARTS -> number(name, stats.coldParts());
            case COLD_STALLS -> number(name, stats.coldStalls());
            case FALLBACKS -> number(name, stats.fallbacks());
            case FALLBACK_REASON -> text(name, response.fallbackReason());
            case KERNEL_COPIES -> number(name, stats.kernelCopies());
        }
    }

    private @Nullable String address(@Nullable InetSocketAddress remote) {
        if (remote == null) {
            return null;
        }
        InetAddress now = remote.getAddress();
        if (!now.equals(knownAddress)) {
            knownAddress = now;
            address = AddressText.of(now);
        }
        return address;
    }

    /** Adds a line with the number of dropped lines. */
    void dropped(Instant now, long count) {
        begin();
        time(now);
        number("dropped", count);
        end();
    }

    private void begin() {
        to.append('{');
        first = true;
    }

    /** Not by dividing durations, which the JDK does in decimals. */
    private static long micros(Duration duration) {
        return duration.toNanos() / NANOS_PER_MICRO;
    }

    /** Microseconds and tenths: a small response costs a few microseconds. */
    private static String tenths(@Nullable Duration duration) {
        if (duration == null) {
            return "null";
        }
        long tenths = (duration.toNanos() + 50) / 100;
        return tenths / 10 + "." + tenths % 10;
    }

    /** To the millisecond, in the form of Instant, which leaves out a fraction of zero. */
    private void time(Instant time) {
        long now = time.getEpochSecond();
        if (now != knownSecond) {
            knownSecond = now;
            String whole = Instant.ofEpochSecond(now).toString();
            second = whole.substring(0, whole.length() - 1);
        }
        name("time");
        to.append('"').append(second);
        int millis = time.getNano() / NANOS_PER_MILLI;
        if (millis > 0) {
            to.append('.')
                    .append((char) ('0' + millis / 100))
                    .append((char) ('0' + millis / 10 % 10))
                    .append((char) ('0' + millis % 10));
        }
        to.append("Z\"");
    }

    private void number(String name, long value) {
        name(name);
        to.append(value);
    }

    private void raw(String name, String value) {
        name(name);
        to.append(value);
    }

    private void text(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            to.append("null");
            return;
        }
        to.append('"');
        int length = value.length();
        int plain = 0;
        while (plain < length && isPlain(value.charAt(plain))) {
            plain++;
        }
        to.append(value, 0, plain);
        for (int i = plain; i < length; i++) {
            escape(value.charAt(i));
        }
        to.append('"');
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    private void name(String name) {
        to.append(first ? "\"" : ",\"").append(name).append("\":");
        first = false;
    }

    private void escape(char c) {
        if (isPlain(c)) {
            to.append(c);
        } else if (c == '"' || c == '\\') {
            to.append('\\').append(c);
        } else {
            to.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                to.append(HEX.charAt(c >> shift & 0xf));
            }
        }
    }

    private void end() {
        to.append("}\n");
    }
}
