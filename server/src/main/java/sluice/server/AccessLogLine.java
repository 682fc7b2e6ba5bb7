package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.TransferStats;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

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

    /** Adds the line of one response. */
    static void of(ResponseRecord response, StringBuilder to) {
        InetSocketAddress remote = response.remote();
        ResponseRecord.Request request = response.request();
        TransferStats stats = response.stats();
        Duration cpu = response.cpu();
        new AccessLogLine(to)
                .time(response.time())
                .text("remote", remote == null ? null : AddressText.of(remote.getAddress()))
                .text("method", request.method())
                .text("target", request.target())
                .text("version", request.version())
                .number("status", response.status())
                .number("bytes", response.bodyBytes())
                .number("duration_us", micros(response.duration()))
                .raw("cpu_us", cpu == null ? "null" : tenths(cpu))
                .text("referer", request.referer())
                .text("user_agent", request.userAgent())
                .raw("complete", String.valueOf(response.complete()))
                .text("path", response.copyPath())
                .text("model", response.model())
                .number("head_bytes", response.headBytes())
                .number("kernel_bytes", stats.kernelBytes())
                .number("user_bytes", stats.userBytes())
                .number("system_calls", stats.systemCalls())
                .number("cold_parts", stats.coldParts())
                .number("cold_stalls", stats.coldStalls())
                .number("fallbacks", stats.fallbacks())
                .text("fallback_reason", response.fallbackReason())
                .number("kernel_copies", stats.kernelCopies())
                .end();
    }

    /** Adds a line with the number of dropped lines. */
    static void dropped(Instant now, long count, StringBuilder to) {
        new AccessLogLine(to).time(now).number("dropped", count).end();
    }

    private static long micros(Duration duration) {
        return duration.dividedBy(ChronoUnit.MICROS.getDuration());
    }

    /** Microseconds and tenths: a small response costs a few microseconds. */
    private static String tenths(Duration duration) {
        long tenths = (duration.toNanos() + 50) / 100;
        return tenths / 10 + "." + tenths % 10;
    }

    private AccessLogLine time(Instant time) {
        return raw("time", '"' + time.truncatedTo(ChronoUnit.MILLIS).toString() + '"');
    }

    private AccessLogLine number(String name, long value) {
        name(name);
        to.append(value);
        return this;
    }

    private AccessLogLine raw(String name, String value) {
        name(name);
        to.append(value);
        return this;
    }

    private AccessLogLine text(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            to.append("null");
            return this;
        }
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            escape(value.charAt(i));
        }
        to.append('"');
        return this;
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
