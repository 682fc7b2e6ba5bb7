package sluice.http;

import java.util.List;

/**
 * What a parser says to the octets of one request.
 *
 * @param kind "ok", "more" if it waits for more octets, else "bad" or a status
 */
record Verdict(String kind, String method, String target, String version, List<String> fields) {
    static Verdict refused(String kind) {
        return new Verdict(kind, "", "", "", List.of());
    }

    boolean isOk() {
        return kind.equals("ok");
    }
}
