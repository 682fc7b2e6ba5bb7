package sluice.http;

/**
 * What a decoder of chunked bodies says to some octets.
 *
 * @param kind "ok", "more" if it waits for more octets, else "bad" or a status
 * @param data what came out
 * @param consumed octets that belong to the body, if it is ok or waits
 */
record BodyVerdict(String kind, String data, int consumed) {
    static BodyVerdict refused(String kind) {
        return new BodyVerdict(kind, "", -1);
    }

    boolean isOk() {
        return kind.equals("ok");
    }
}
