package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.http.RequestHead;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a web page can do through the browser of somebody who may reach the server: nothing. */
final class AllowedHostsTest {
    private static final List<InetSocketAddress> LOOPBACK =
            List.of(new InetSocketAddress("127.0.0.1", 0), new InetSocketAddress("::1", 0));

    @TempDir
    private Path root;

    @TempDir
    private Path other;

    private Rehearsed server;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(root.resolve("file"), "here");
        Files.writeString(other.resolve("file"), "there");
        server = Rehearsed.of(Sluice.builder()
                .root(root)
                .uploads(Uploads.defaults())
                .site("Site.example", ServedFiles.in(other))
                .allowHost("Proxy.example"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String request(String method, String host, String... lines) {
        String length = method.equals("PUT") ? "Content-Length: 3\r\n" : "";
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        String body = method.equals("PUT") ? "new" : "";
        return method + " /file HTTP/1.1\r\nHost: " + host + "\r\n" + length + more + "\r\n" + body;
    }

    private ReceivedResponse get(String host) throws IOException {
        return server.ask(Method.GET, request("GET", host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "localhost:8000",
                "app.localhost",
                "a.b.localhost:1",
                "127.0.0.1",
                "127.0.0.1:8000",
                "192.168.0.7:8000",
                "[::1]",
                "[::1]:8000",
                "localhost.",
                "LocalHost.:8000",
                "app.localhost.",
                "127.0.0.1.",
                "proxy.example.:8000",
                "proxy.example",
                "PROXY.example:443",
                ""
            })
    void aNameThatNobodyElseOwnsIsAllowed(String host) throws IOException {
        assertThat(get(host).text()).isEqualTo("here");
    }

    @Test
    void theNameOfASiteIsAllowed() throws IOException {
        assertThat(get("site.example:8000").text()).isEqualTo("there");
        assertThat(get("site.example.:8000").text()).isEqualTo("there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8000",
                "localhost.evil.example",
                "evil-localhost",
                "xlocalhost",
                ".xlocalhost",
                "localhost..",
                "local%68ost",
                "127.0.0.1.evil.example",
                "127.1",
                "2130706433",
                "a.proxy.example",
                "proxy.example.evil.example",
                "site.example.evil.example"
            })
    void anyOtherNameIsMisdirected(String host) throws IOException {
        for (Method method : List.of(Method.GET, Method.HEAD, Method.OPTIONS)) {
            assertThat(server.ask(method, request(method.name(), host)).status())
                    .isEqualTo(421);
        }
        for (String method :
                List.of("PUT", "DELETE", "POST", "PATCH", "MKCOL", "PROPFIND", "TRACE")) {
            ReceivedResponse response = server.ask(Method.GET, request(method, host));
            assertThat(response.status()).as(method).isEqualTo(421);
        }
        assertThat(root.resolve("file")).hasContent("here");
        assertThat(get(host).text()).contains("--allow-host").doesNotContain("evil");
    }

    @Test
    void theHostOfAnAbsoluteTargetCounts() throws IOException {
        String head = "GET http://%s/file HTTP/1.1\r\nHost: %s\r\n\r\n";
        assertThat(server.ask(Method.GET, head.formatted("evil.example", "localhost"))
                        .status())
                .isEqualTo(421);
        assertThat(server.ask(Method.GET, head.formatted("localhost", "evil.example"))
                        .status())
                .isEqualTo(200);
    }

    /** Every browser names one, also in HTTP/1.0. */
    @Test
    void whoNamesNoHostIsNoBrowser() throws IOException {
        String head = "GET /file HTTP/1.0\r\n\r\n";
        assertThat(server.ask(Method.GET, head).text()).isEqualTo("here");
    }

    private static boolean allows(AllowedHosts hosts, String host) {
        byte[] octets = ("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(MemorySegment.ofArray(octets), 0, octets.length)).isPositive();
        return hosts.allows(head);
    }

    @Test
    void theNameThatWasGivenAsAddressIsAllowed() {
        List<InetSocketAddress> named = List.of(new InetSocketAddress("localhost", 0));
        InetSocketAddress address = named.getFirst();
        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(allows(AllowedHosts.of(named, Set.of()), "localhost")).isTrue();
        assertThat(allows(AllowedHosts.of(named, Set.of()), "evil.example")).isFalse();
    }

    @Test
    void aServerThatOtherMachinesReachAnswersToEveryName() {
        List<InetSocketAddress> both = new ArrayList<>(LOOPBACK);
        assertThat(allows(AllowedHosts.of(both, Set.of()), "a.example")).isFalse();
        both.add(new InetSocketAddress("0.0.0.0", 0));
        assertThat(allows(AllowedHosts.of(both, Set.of()), "a.example")).isTrue();
        assertThat(allows(AllowedHosts.of(LOOPBACK, Set.of("*")), "a.example")).isTrue();
    }

    @Test
    void anAllowedHostIsANameWithoutAPort() {
        assertThatThrownBy(() -> Sluice.builder().allowHost("a.example:80").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an allowed host must be a name without a port: 'a.example:80'");
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site: cross-site, 403",
        "Sec-Fetch-Site: same-site, 403",
        "Sec-Fetch-Site: same-origin, 204",
        "Sec-Fetch-Site: none, 204",
        "Origin: null, 403",
        "Origin: http://evil.example, 403",
        "Origin: http://localhost:3000, 403",
        "Origin: http://localhost:8000, 204",
        "Origin: https://localhost:8000, 204",
        "X: y, 204"
    })
    void aPageOfAnotherOriginChangesNothing(String line, int status) throws IOException {
        String host = "localhost:8000";
        ReceivedResponse put = server.ask(Method.PUT, request("PUT", host, line));
        assertThat(put.status()).isEqualTo(status);
        assertThat(root.resolve("file")).hasContent(status == 403 ? "here" : "new");
        assertThat(server.ask(Method.DELETE, request("DELETE", host, line)).status())
                .isEqualTo(status);
        assertThat(Files.exists(root.resolve("file"))).isEqualTo(status == 403);
        for (String method : List.of("POST", "PATCH", "MKCOL", "PROPFIND")) {
            ReceivedResponse response = server.ask(Method.GET, request(method, host, line));
            assertThat(response.status() == 403).as(method).isEqualTo(status == 403);
        }
    }

    @Test
    void aPageOfAnotherOriginMayRead() throws IOException {
        String head = request("GET", "localhost", "Sec-Fetch-Site: cross-site", "Origin: null");
        assertThat(server.ask(Method.GET, head).text()).isEqualTo("here");
    }
}
