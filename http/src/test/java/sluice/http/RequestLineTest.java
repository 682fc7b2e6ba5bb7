package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 3. */
class RequestLineTest {
    private static String target(RequestHead head) {
        return Octets.string(head.bytes(), head.targetFrom(), head.targetTo());
    }

    private static String path(RequestHead head) {
        return Octets.string(head.bytes(), head.pathFrom(), head.pathTo());
    }

    private static String query(RequestHead head) {
        return Octets.string(head.bytes(), head.queryFrom(), head.queryTo());
    }

    private static String host(RequestHead head) {
        return Octets.string(head.bytes(), head.hostFrom(), head.hostTo());
    }

    @Test
    void readsTheExampleOfSection3() {
        String text = "GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\n\r\n";
        RequestHead head = Heads.head(text);
        assertThat(head.method()).isEqualTo(Method.GET);
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(head.form()).isEqualTo(TargetForm.ORIGIN);
        assertThat(target(head)).isEqualTo("/where?q=now");
        assertThat(path(head)).isEqualTo("/where");
        assertThat(query(head)).isEqualTo("q=now");
        assertThat(host(head)).isEqualTo("www.example.org");
        assertThat(Heads.result(text)).isEqualTo(text.length());
    }

    @Test
    void endsWhereTheNextRequestOfAPipelineBegins() {
        String text = Heads.request("GET", "");
        assertThat(Heads.result(text + text)).isEqualTo(text.length());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, GET",
        "HEAD, HEAD",
        "OPTIONS, OPTIONS",
        "PUT, PUT",
        "DELETE, DELETE",
        "POST, POST",
        "PATCH, PATCH",
        "MKCOL, MKCOL",
        "TRACE, TRACE",
        "PROPFIND, OTHER",
        "get, OTHER",
        "GETS, OTHER",
        "GE, OTHER",
        "!#$%&'*+-.^_`|~09azAZ, OTHER",
        "OTHER, OTHER"
    })
    void methodsAreTokensAndCaseSensitive(String text, Method method) {
        RequestHead head = Heads.head(Heads.request(text, ""));
        assertThat(head.method()).isEqualTo(method);
        assertThat(Octets.string(head.bytes(), head.methodFrom(), head.methodTo()))
                .isEqualTo(text);
    }

    @Test
    void aMethodLongerThanAnyIsNotImplemented() {
        String longest = "A".repeat(RequestHead.MAX_METHOD);
        assertThat(Heads.head(Heads.request(longest, "")).method()).isEqualTo(Method.OTHER);
        assertThat(Heads.result(Heads.request(longest + "A", ""))).isEqualTo(-501);
        assertThat(Heads.provedBy(longest + "A")).isEqualTo(longest.length() + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " GET / HTTP/1.1",
                "GET  / HTTP/1.1",
                "GET /  HTTP/1.1",
                "GET / HTTP/1.1 ",
                "GET\t/ HTTP/1.1",
                "GET /\tHTTP/1.1",
                "GET / HTTP/1.1\t",
                "GET /a b HTTP/1.1",
                "GET",
                "GET /",
                "GET / ",
                "GET HTTP/1.1",
                "G@T / HTTP/1.1",
                "GET: / HTTP/1.1",
                "(GET) / HTTP/1.1",
                "\"GET\" / HTTP/1.1",
                "GET / HTTP/1.1\r",
                "GET /\0 HTTP/1.1",
                "GE\0T / HTTP/1.1",
                "\u0016\u0003\u0001",
                "\0",
                "GET / HTTP/1.1 HTTP/1.1"
            })
    void aLineThatIsNotMethodSpaceTargetSpaceVersionIsBad(String line) {
        assertThat(Heads.result(line + "\r\nHost: h\r\n\r\n")).isEqualTo(-400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\r\n", "\n\r", "\u000b\r\n", "\u0085\r\n", " \r\n"})
    void aLineEndsInCarriageReturnAndLineFeedOnly(String end) {
        assertThat(Heads.result("GET / HTTP/1.1" + end + "Host: h\r\n\r\n")).isEqualTo(-400);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/2.0, -505",
        "HTTP/2.1, -505",
        "HTTP/3.0, -505",
        "HTTP/0.9, -505",
        "HTTP/9.9, -505",
        "http/1.1, -400",
        "Http/1.1, -400",
        "HTTP/1, -400",
        "HTTP/1., -400",
        "HTTP/11, -400",
        "HTTP/1.10, -400",
        "HTTP/1.1a, -400",
        "HTTP/01.1, -400",
        "HTTP/1.01, -400",
        "HTTP/+1.1, -400",
        "'HTTP/1,1', -400",
        "HTTP /1.1, -400",
        "HTTP/ 1.1, -400",
        "HTTPS/1.1, -400",
        "HTP/1.1, -400",
        "HTTP1.1, -400",
        "1.1, -400",
        "HTTP/x.y, -400",
        "XHTTP/1.1, -400"
    })
    void versionsAreExact(String version, int status) {
        assertThat(Heads.result("GET / " + version.trim() + "\r\nHost: h\r\n\r\n"))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.2", "HTTP/1.3", "HTTP/1.9"})
    void aHigherMinorVersionIsReadAsTheHighestKnown(String version) {
        RequestHead head = Heads.head("GET / " + version + "\r\nHost: h\r\n\r\n");
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(head.keepAlive()).isTrue();
        assertThat(Heads.result("GET / " + version + "\r\n\r\n")).isEqualTo(-400);
    }

    @Test
    void thePrefaceOfHttp2IsAnUnsupportedVersion() {
        assertThat(Heads.result("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(-505);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/b/",
                "/%20",
                "/a;b=c",
                "/~user",
                "/a+b",
                "/:@!$&'()*+,;=-._~",
                "//a",
                "/..",
                "/a|b",
                "/a^b",
                "/[a]"
            })
    void originFormTakesWhatBrowsersSend(String path) {
        RequestHead head = Heads.head("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(head.form()).isEqualTo(TargetForm.ORIGIN);
        assertThat(path(head)).isEqualTo(path);
        assertThat(head.hasQuery()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "a=b&c", "/?/", "a={b}|`\\^[]", "%zz", "a=http://h/"})
    void queriesAreTakenAsTheyAre(String query) {
        RequestHead head = Heads.head("GET /p?" + query + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(path(head)).isEqualTo("/p");
        assertThat(head.hasQuery()).isTrue();
        assertThat(query(head)).isEqualTo(query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/#f",
                "/a?b#f",
                "/\"",
                "/<",
                "/>",
                "/?<",
                "/?\"",
                "/\\",
                "/`",
                "/{",
                "/}",
                "/\u007f",
                "/\u0001",
                "/\u00e9",
                "/?\u00e9",
                "/?\u0000",
                "a",
                "a/b",
                "?",
                "#",
                "\\",
                "%2f"
            })
    void charactersThatNoTargetHoldsAreBad(String target) {
        assertThat(Heads.result("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEqualTo(-400);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/p, h, /p, ", "http://h:80/p?q, h:80, /p, q", "HTTP://h/, h, /, ",
        "https://h/p, h, /p, ", "http://h, h, '', ", "http://h?q, h, '', q",
        "http://[::1]:80/, [::1]:80, /, ", "http://h:/, h:, /, ", "http://%41/, %41, /, "
    })
    void absoluteFormOverridesHost(String target, String host, String path, String query) {
        RequestHead head = Heads.head("GET " + target + " HTTP/1.1\r\nHost: other\r\n\r\n");
        assertThat(head.form()).isEqualTo(TargetForm.ABSOLUTE);
        assertThat(host(head)).isEqualTo(host);
        assertThat(path(head)).isEqualTo(path);
        assertThat(head.hasQuery()).isEqualTo(query != null);
        if (query != null) {
            assertThat(query(head)).isEqualTo(query);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http:",
                "http:/",
                "http://",
                "http:///p",
                "http://?q",
                "http://u@h/",
                "http://u:p@h/",
                "http://:80/",
                "http://h:x/",
                "http://h:80:80/",
                "http://[::1/",
                "http://::1/",
                "http://[]/",
                "ftp://h/",
                "httpx://h/",
                "file:///etc/passwd",
                "javascript:x",
                "http://h\\p",
                "http://h/#f",
                "http://h\u00e9/",
                "http://%4/",
                "http://%zz/",
                "http://h<>/"
            })
    void absoluteFormNeedsHttpAndAHost(String target) {
        assertThat(Heads.result("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEqualTo(-400);
    }

    @Test
    void asteriskFormIsForOptionsOnly() {
        RequestHead head = Heads.head("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(head.form()).isEqualTo(TargetForm.ASTERISK);
        assertThat(head.pathFrom()).isEqualTo(-1);
        assertThat(Heads.result("GET * HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(-400);
        assertThat(Heads.result("OPTIONS ** HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(-400);
        assertThat(Heads.result("OPTIONS */ HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(-400);
    }

    @Test
    void authorityFormIsForConnectOnly() {
        RequestHead head = Heads.head("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n");
        assertThat(head.form()).isEqualTo(TargetForm.AUTHORITY);
        assertThat(host(head)).isEqualTo("h:443");
        for (String target :
                new String[] {"h", "h:", ":443", "/", "http://h:443/", "h:443/", "*"}) {
            assertThat(Heads.result("CONNECT " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                    .as(target)
                    .isEqualTo(-400);
        }
        assertThat(Heads.result("GET h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n")).isEqualTo(-400);
    }

    @Test
    void aFewEmptyLinesBeforeItAreSkippedAndCounted() {
        String request = Heads.request("GET", "");
        String empty = "\r\n".repeat(RequestHead.MAX_LEADING_EMPTY_LINES);
        assertThat(Heads.result(empty + request)).isEqualTo(empty.length() + request.length());
        assertThat(Heads.result(empty + "\r\n" + request)).isEqualTo(-400);
        assertThat(Heads.result("\n" + request)).isEqualTo(-400);
        assertThat(Heads.result("\r" + request)).isEqualTo(-400);
        assertThat(Heads.result(empty)).isEqualTo(RequestHead.INCOMPLETE);
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /\u0000', 6", "'GET /a\n', 7", "'GET  ', 5", "'GET / X', 7", "'GET / HTTP/2.0', 14",
        "'GET / HTTP/1.1X', 15", "'\u0016', 1", "' ', 1", "'GET ftp', 5", "'GET http://u@', 13"
    })
    void isRefusedAsSoonAsTheOctetsThatProveItHaveCome(String text, int octets) {
        assertThat(Heads.provedBy(text)).isEqualTo(octets);
    }
}
