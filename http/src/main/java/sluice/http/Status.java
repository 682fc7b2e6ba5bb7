package sluice.http;

import java.util.Arrays;

/** Status codes that a file server sends (RFC 9110 section 15), and their reason phrases. */
public final class Status {
    public static final int CONTINUE = 100;
    public static final int SWITCHING_PROTOCOLS = 101;
    public static final int UPLOAD_RESUMPTION_SUPPORTED = 104;
    public static final int OK = 200;
    public static final int CREATED = 201;
    public static final int NO_CONTENT = 204;
    public static final int PARTIAL_CONTENT = 206;
    public static final int MOVED_PERMANENTLY = 301;
    public static final int FOUND = 302;
    public static final int NOT_MODIFIED = 304;
    public static final int TEMPORARY_REDIRECT = 307;
    public static final int PERMANENT_REDIRECT = 308;
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int NOT_ACCEPTABLE = 406;
    public static final int REQUEST_TIMEOUT = 408;
    public static final int CONFLICT = 409;
    public static final int LENGTH_REQUIRED = 411;
    public static final int PRECONDITION_FAILED = 412;
    public static final int CONTENT_TOO_LARGE = 413;
    public static final int URI_TOO_LONG = 414;
    public static final int UNSUPPORTED_MEDIA_TYPE = 415;
    public static final int RANGE_NOT_SATISFIABLE = 416;
    public static final int EXPECTATION_FAILED = 417;
    public static final int MISDIRECTED_REQUEST = 421;
    public static final int UPGRADE_REQUIRED = 426;
    public static final int TOO_MANY_REQUESTS = 429;
    public static final int REQUEST_HEADER_FIELDS_TOO_LARGE = 431;
    public static final int INTERNAL_SERVER_ERROR = 500;
    public static final int NOT_IMPLEMENTED = 501;
    public static final int BAD_GATEWAY = 502;
    public static final int SERVICE_UNAVAILABLE = 503;
    public static final int GATEWAY_TIMEOUT = 504;
    public static final int HTTP_VERSION_NOT_SUPPORTED = 505;
    public static final int INSUFFICIENT_STORAGE = 507;

    private static final int FIRST = 100;
    private static final int LAST = 599;
    private static final String[] REASONS = reasons();
    private static final byte[][] LINES = lines();

    private Status() {}

    /** The reason phrase, or an empty string for a code that is not in the table. */
    public static String reason(int code) {
        return REASONS[code - FIRST];
    }

    /** Whether a response of this code has content at all, RFC 9110 section 6.4.1. */
    public static boolean hasContent(int code) {
        return code >= OK && code != NO_CONTENT && code != NOT_MODIFIED;
    }

    /** The whole status line of HTTP/1.1 with CR LF, for 100 to 599. Shared: never written to. */
    public static byte[] line(int code) {
        return LINES[code - FIRST];
    }

    private static byte[][] lines() {
        byte[][] lines = new byte[LAST - FIRST + 1][];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = Octets.ascii("HTTP/1.1 " + (FIRST + i) + " " + REASONS[i] + "\r\n");
        }
        return lines;
    }

    private static String[] reasons() {
        String[] reasons = new String[LAST - FIRST + 1];
        Arrays.fill(reasons, "");
        String table =
                "100 Continue;101 Switching Protocols;104 Upload Resumption Supported;200 OK;201"
                    + " Created;204 No Content;206 Partial Content;301 Moved Permanently;302"
                    + " Found;304 Not Modified;307 Temporary Redirect;308 Permanent Redirect;400"
                    + " Bad Request;401 Unauthorized;403 Forbidden;404 Not Found;405 Method Not"
                    + " Allowed;406 Not Acceptable;408 Request Timeout;409 Conflict;411 Length"
                    + " Required;412 Precondition Failed;413 Content Too Large;414 URI Too"
                    + " Long;415 Unsupported Media Type;416 Range Not Satisfiable;417 Expectation"
                    + " Failed;421 Misdirected Request;426 Upgrade Required;429 Too Many"
                    + " Requests;431 Request Header Fields Too Large;500 Internal Server Error;501"
                    + " Not Implemented;502 Bad Gateway;503 Service Unavailable;504 Gateway"
                    + " Timeout;505 HTTP Version Not Supported;507 Insufficient Storage";
        for (String entry : table.split(";")) {
            reasons[Integer.parseInt(entry.substring(0, 3)) - FIRST] = entry.substring(4);
        }
        return reasons;
    }
}
