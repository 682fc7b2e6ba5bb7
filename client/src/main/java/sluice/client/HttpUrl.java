package sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.RequestTarget;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;

/**
 * A parsed http or https URL.
 *
 * @param secure whether it is https
 * @param host a name or an address, without the brackets of IPv6
 * @param target path and query, as sent in the request line
 */
public record HttpUrl(boolean secure, String host, int port, String target) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int PORT_MAX = 0xFFFF;

    /** An http URL. */
    public HttpUrl(String host, int port, String target) {
        this(false, host, port, target);
    }

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException if it is no http or https URL, with a message for the user
     */
    public static HttpUrl parse(String text) {
        try {
            return of(new URI(text), text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text + " is not a URL: " + e.getReason(), e);
        }
    }

    /**
     * Parses a URL as people type it: without a scheme it is http.
     *
     * @throws IllegalArgumentException if it is no http or https URL, with a message for the user
     */
    public static HttpUrl typed(String text) {
        return parse(text.contains("://") ? text : "http://" + text.replaceFirst("^//", ""));
    }

    private static HttpUrl of(URI uri, String text) {
        String scheme = uri.getScheme();
        boolean secure = "https".equalsIgnoreCase(scheme);
        if (!secure && !"http".equalsIgnoreCase(scheme)) {
            throw new IllegalArgumentException(text + " is not an http:// or https:// URL");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    text + ": user and password in a URL are not supported; remove them");
        }
        String host = uri.getHost();
        int port = uri.getPort() < 0 ? defaultPort(secure) : uri.getPort();
        if (host == null || port == 0 || port > PORT_MAX) {
            throw new IllegalArgumentException(text + " has no valid host or port");
        }
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
        boolean bracketed = host.startsWith("[");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        return new HttpUrl(secure, bare, port, path + query);
    }

    private static int defaultPort(boolean secure) {
        return secure ? HTTPS_PORT : HTTP_PORT;
    }

    /**
     * Resolves a reference from a response to this URL, RFC 3986 section 5.
     *
     * @throws IllegalArgumentException if the result is no URL to go to, with the reason
     */
    HttpUrl resolve(String reference) {
        HttpUrl found = parse(URI.create(toString()).resolve(reference).toString());
        if (secure && !found.secure) {
            throw new IllegalArgumentException(found + " is not secure, and " + origin()
                    + " is: anybody on the way could change it; if you want it, give that URL");
        }
        return found;
    }

    /** Scheme, host and port: who gets what is meant for this server only (RFC 6454). */
    String origin() {
        return (secure ? "https://" : "http://") + authority();
    }

    /** The value of the Host field. */
    public String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == defaultPort(secure) ? name : name + ":" + port;
    }

    /** Whether the path ends in a slash, so that the URL names a directory. */
    public boolean isDirectory() {
        return path().endsWith("/");
    }

    /** The URL of the same path with this query. */
    HttpUrl withQuery(String query) {
        return new HttpUrl(secure, host, port, path() + "?" + query);
    }

    /** The octets of the last name of a directory's path; empty if it can be no file's name. */
    public byte[] directoryName() {
        String path = path();
        return new HttpUrl(secure, host, port, path.substring(0, path.length() - 1)).fileName();
    }

    /** The URL of a directory in the directory that this URL names. */
    public HttpUrl directory(byte[] name) {
        return new HttpUrl(secure, host, port, path() + RequestTarget.encode(name) + "/");
    }

    /** Follows a redirect from this URL. */
    HttpUrl redirected(String location) throws IOException {
        try {
            return resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(this + ": cannot follow the redirect: " + e.getMessage(), e);
        }
    }

    private String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The octets of the last name in the path, decoded; empty if it can be no file's name. */
    public byte[] fileName() {
        String path = path();
        // URLDecoder turns a plus into a space; that holds for forms, not for paths.
        String last = path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B");
        String name;
        try {
            // One character per octet: a name need not be UTF-8.
            name = URLDecoder.decode(last, ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
        boolean none = name.equals(".") || name.equals("..");
        boolean noName = none || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0;
        return noName ? new byte[0] : name.getBytes(ISO_8859_1);
    }

    /** The URL of a file in the directory that this URL names; a name is any octets. */
    public HttpUrl file(byte[] name) {
        return new HttpUrl(secure, host, port, path() + RequestTarget.encode(name));
    }

    @Override
    public String toString() {
        return origin() + target;
    }
}
