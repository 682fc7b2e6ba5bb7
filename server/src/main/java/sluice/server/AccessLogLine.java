package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.TransferStats;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A line of the access log: one JSON object in ASCII. It escapes what clients wrote, so that no
 * client can end a string or a line, or send control sequences to a terminal.
 */
final class AccessLogLine {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder to;
    private boolean first = true;

    private AccessLogLine(StringBuilder to) {
        this.to = to;
        to.append('{');
    }

    /** Adds the line of one response, with these fields. */
    static void of(ResponseRecord response, List<AccessLogField> fields, StringBuilder to) {
        AccessLogLine line = new AccessLogLine(to);
        for (AccessLogField field : fields) {
            line.add(field, response);
        }
        line.end();
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

    private static @Nullable String address(@Nullable InetSocketAddress remote) {
        return remote == null ? null : AddressText.of(remote.getAddress());
    }

    /** Adds a line with the number of dropped lines. */
    static void dropped(Instant now, long count, StringBuilder to) {
        AccessLogLine line = new AccessLogLine(to);
        line.time(now);
        line.number("dropped", count);
        line.end();
    }

    private static long micros(Duration duration) {
        return duration.dividedBy(ChronoUnit.MICROS.getDuration());
    }

    /** Microseconds and tenths: a small response costs a few microseconds. */
    private static String tenths(@Nullable Duration duration) {
        if (duration == null) {
            return "null";
        }
        long tenths = (duration.toNanos() + 50) / 100;
        return tenths / 10 + "." + tenths % 10;
    }

    private void time(Instant time) {
        raw("time", '"' + time.truncatedTo(ChronoUnit.MILLIS).toString() + '"');
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
        for (int i = 0; i < value.length(); i++) {
            escape(value.charAt(i));
        }
        to.append('"');
    }

    private void name(String name) {
        to.append(first ? "\"" : ",\"").append(name).append("\":");
        first = false;
    }

    private void escape(char c) {
        if (c == '"' || c == '\\') {
            to.append('\\').append(c);
        } else if (c >= ' ' && c < 0x7f) {
            to.append(c);
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
