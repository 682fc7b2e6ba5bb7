package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressSet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests that an application decides about: those for a path and below it. The application sends
 * the answer, or names a file in a field {@code X-Sluice-Send} that the server sends instead.
 *
 * @param path {@code /downloads}, or "/" for all
 * @param address where the application answers HTTP/1.1: a unix socket, or this machine
 * @param files the directory of the files that the application may name, which need not be served
 *     otherwise; null if it may name none
 */
public record AppRule(
        String path, SocketAddress address, @Nullable Path files) {
    /** Names behind slashes, none of them empty or beginning with a dot; or a slash. */
    private static final Pattern PATH = Pattern.compile("/|(?:/[^/.\\x00-\\x1f][^/\\x00-\\x1f]*)+");

    private static final Pattern HTTP =
            Pattern.compile("http://(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z.-]+):([0-9]{1,5})/?");
    private static final String UNIX = "unix:";
    private static final int PORT_MAX = 65_535;

    /**
     * @throws IllegalArgumentException for a path or an address that cannot be
     */
    public AppRule {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "'" + path + "' is not a path; write e.g. /downloads");
        }
        if (address instanceof InetSocketAddress inet
                && (inet.isUnresolved() || !inet.getAddress().isLoopbackAddress())) {
            throw new IllegalArgumentException("the application must be on this machine, and "
                    + inet + " is not; use 127.0.0.1 or a unix socket");
        }
    }

    /**
     * The address that is written as {@code unix:/run/app.sock} or {@code http://127.0.0.1:8080}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static SocketAddress address(String text) {
        if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
            return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
        }
        Matcher http = HTTP.matcher(text);
        if (!http.matches() || Integer.parseInt(http.group(2)) > PORT_MAX) {
            throw new IllegalArgumentException("'" + text
                    + "' is no address; write unix:/run/app.sock or http://127.0.0.1:8080");
        }
        String host = http.group(1).replaceAll("[\\[\\]]", "");
        InetAddress address = host.equals("localhost")
                ? InetAddress.getLoopbackAddress()
                : AddressSet.literal(host);
        int port = Integer.parseInt(http.group(2));
        return address == null
                ? InetSocketAddress.createUnresolved(host, port)
                : new InetSocketAddress(address, port);
    }
}
