package sluice.server;

import java.util.Locale;

/** The forms of a line of an {@link AccessLog}. */
public enum AccessLogFormat {
    /** One JSON object, which also says how the body was sent. */
    JSON,
    /** The Common Log Format of NCSA httpd. */
    COMMON,
    /** The Combined Log Format of Apache httpd: common, then Referer and User-Agent. */
    COMBINED;

    /** The name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
