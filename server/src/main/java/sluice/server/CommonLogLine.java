package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;

import java.net.InetSocketAddress;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A line of the access log in the Common or Combined Log Format: what log analysers read. As Apache
 * httpd does, it writes - for what is not known and for a body without bytes, and escapes a quote
 * and a backslash by a backslash, and other octets than visible ASCII as \xHH. So no client can end
 * a string or a line, or send control sequences to a terminal.
 */
final class CommonLogLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String HEX = "0123456789abcdef";

    private CommonLogLine() {}

    /** Adds the line of one response; {@code combined} ends with Referer and User-Agent. */
    static void of(ResponseRecord response, boolean combined, StringBuilder to) {
        InetSocketAddress remote = response.remote();
        ResponseRecord.Request request = response.request();
        to.append(remote == null ? "-" : AddressText.of(remote.getAddress()));
        to.append(" - - [");
        TIME.formatTo(response.time(), to);
        to.append("] ");
        quoted(requestLine(request), to);
        to.append(' ').append(response.status()).append(' ');
        long bytes = response.bodyBytes();
        to.append(bytes == 0 ? "-" : String.valueOf(bytes));
        if (combined) {
            to.append(' ');
            quoted(request.referer(), to);
            to.append(' ');
            quoted(request.userAgent(), to);
        }
        to.append('\n');
    }

    private static @Nullable String requestLine(ResponseRecord.Request request) {
        return request.method() == null
                ? null
                : request.method() + ' ' + request.target() + ' ' + request.version();
    }

    private static void quoted(@Nullable String value, StringBuilder to) {
        if (value == null) {
            to.append("\"-\"");
            return;
        }
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            escape(value.charAt(i), to);
        }
        to.append('"');
    }

    private static void escape(char c, StringBuilder to) {
        if (c == '"' || c == '\\') {
            to.append('\\').append(c);
        } else if (c >= ' ' && c < 0x7f) {
            to.append(c);
        } else {
            to.append("\\x").append(HEX.charAt(c >> 4 & 0xf)).append(HEX.charAt(c & 0xf));
        }
    }
}
