package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.io.CopyMode;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** What a server answers, over sockets, in every cell and arrangement. */
@ParameterizedClass
@MethodSource({"sluice.server.testing.Setup#all", "sluice.server.testing.Setup#layered"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnswersTest {
    @Parameter
    private Setup setup = Setup.PLAIN;

    private FileServer server;

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void start(@TempDir Path root) throws IOException {
        Tree.plant(root);
        server = setup.start(setup.serving(root));
    }

    @AfterParameterizedClassInvocation(injectArguments = false)
    void stop() {
        server.close();
    }

    private ReceivedResponse get(String target, String... lines) throws IOException {
        return RawClient.get(server, target, lines);
    }

    private ReceivedResponse answerTo(String text) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            return client.send(text).read();
        }
    }

    @Test
    void filesOfEverySizeArriveWhole() throws IOException {
        assertThat(get("/hello.txt").text()).isEqualTo(Tree.HELLO);
        assertThat(get("/empty.txt").body()).isEmpty();
        assertThat(get("/medium.bin").body()).isEqualTo(Tree.MEDIUM);
        assertThat(get("/large.bin").body()).isEqualTo(Tree.LARGE);
    }

    @Test
    void aFileIsDescribedByItsHead() throws IOException {
        ReceivedResponse response = get("/hello.txt");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.contentLength()).isEqualTo(Tree.HELLO.length());
        assertThat(response.field("ETag")).startsWith("\"").endsWith("\"");
        assertThat(response.field("Last-Modified")).endsWith(" GMT");
        assertThat(response.field("Accept-Ranges")).isEqualTo("bytes");
        assertThat(response.keepAlive()).isTrue();
    }

    @Test
    void headIsAnsweredAsGetButWithoutTheBody() throws IOException {
        try (RawClient client = RawClient.of(server)) {
            for (String target : new String[] {"/hello.txt", "/empty.txt", "/large.bin"}) {
                ReceivedResponse head = client.send(request("HEAD", target)).read(Method.HEAD);
                ReceivedResponse whole = client.get(target);

                assertThat(head.status()).isEqualTo(200);
                assertThat(head.contentLength()).isEqualTo(whole.body().length);
                assertThat(head.field("ETag")).isEqualTo(whole.field("ETag"));
            }
        }
    }

    @Test
    void optionsTellsTheMethods() throws IOException {
        for (String target : new String[] {"*", "/hello.txt", "/nothing"}) {
            ReceivedResponse response = answerTo(request("OPTIONS", target));

            assertThat(response.status()).isEqualTo(204);
            assertThat(response.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
            assertThat(response.has("Content-Length")).isFalse();
        }
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByItsOwnStatus() throws IOException {
        assertThat(answerTo("GET / HTTP/1.1\r\n\r\n").status()).isEqualTo(400);
        assertThat(answerTo(request("BREW", "/hello.txt")).status()).isEqualTo(501);
        assertThat(answerTo("GET / HTTP/2.0\r\nHost: h\r\n\r\n").status()).isEqualTo(505);
        assertThat(answerTo(request("GET", "/" + "a".repeat(9_000))).status()).isEqualTo(414);
        assertThat(answerTo(request("GET", "/", "X: " + "a".repeat(20_000))).status())
                .isEqualTo(431);
    }

    @Test
    void whatCannotBeTrustedEndsTheConnection() throws IOException {
        try (RawClient client = RawClient.of(server)) {
            client.send("GET / HTTP/1.1\nHost: h\n\n" + request("GET", "/hello.txt"));
            ReceivedResponse response = client.read();

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.keepAlive()).isFalse();
            client.expectEnd();
        }
    }

    @Test
    void otherMethodsAreRefusedAndTheConnectionGoesOn() throws IOException {
        try (RawClient client = RawClient.of(server)) {
            for (String method :
                    new String[] {"PUT", "POST", "DELETE", "PATCH", "MKCOL", "TRACE"}) {
                ReceivedResponse response =
                        client.send(request(method, "/hello.txt")).read();

                assertThat(response.status()).as(method).isEqualTo(405);
                assertThat(response.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
            }
            assertThat(client.get("/hello.txt").text()).isEqualTo(Tree.HELLO);
        }
    }

    @Test
    void aDirectoryIsItsIndex() throws IOException {
        ReceivedResponse response = get("/site/");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.text()).isEqualTo(Tree.INDEX);
    }

    @Test
    void aDirectoryWithoutItsSlashIsRedirectedAndKeepsItsQuery() throws IOException {
        ReceivedResponse response = get("/site?a=b/c&d");

        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("Location")).isEqualTo("/site/?a=b/c&d");
        assertThat(get("http://h/folder").field("Location")).isEqualTo("/folder/");
    }

    @Test
    void aDirectoryWithoutIndexIsListedAsPageOrJson() throws IOException {
        ReceivedResponse page = get("/folder/");
        ReceivedResponse byAccept = get("/folder/", "Accept: application/json");
        ReceivedResponse byQuery = get("/folder/?format=json");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.text()).contains("one.txt").doesNotContain(".two");
        assertThat(byAccept.field("Content-Type")).isEqualTo("application/json");
        assertThat(byAccept.text()).contains("\"one.txt\"").isEqualTo(byQuery.text());
        assertThat(page.field("Vary")).isEqualTo("Accept, Accept-Encoding");
        assertThat(byAccept.field("Vary")).isEqualTo("Accept, Accept-Encoding");
    }

    @Test
    void whatIsNotThereOrHiddenIsNotFound() throws IOException {
        try (RawClient client = RawClient.of(server)) {
            for (String target : new String[] {
                "/nothing",
                "/nothing/",
                "/hello.txt/",
                "/.secret",
                "/folder/.two",
                "/folder%2Fone.txt"
            }) {
                assertThat(client.get(target).status()).as(target).isEqualTo(404);
            }
        }
    }

    @Test
    void aClientThatHasTheFileIsNotSentItAgain() throws IOException {
        try (RawClient client = RawClient.of(server)) {
            for (String target : new String[] {"/hello.txt", "/large.bin"}) {
                ReceivedResponse first = client.get(target);
                String tag = first.field("ETag");
                ReceivedResponse again = client.get(target, "If-None-Match: " + tag);

                assertThat(again.status()).isEqualTo(304);
                assertThat(again.field("ETag")).isEqualTo(tag);
                assertThat(client.get(target, "If-Match: \"other\"").status()).isEqualTo(412);
            }
        }
    }

    @Test
    void aRangeIsSentAlone() throws IOException {
        ReceivedResponse response = get("/large.bin", "Range: bytes=600000-1399999");

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.field("Content-Range")).isEqualTo("bytes 600000-1399999/1500001");
        assertThat(response.field("Accept-Ranges")).isEqualTo("bytes");
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(Tree.LARGE, 600_000, 1_400_000));
        assertThat(get("/hello.txt", "Range: bytes=-6").text()).isEqualTo("world\n");
    }

    @Test
    void severalRangesAreSentAsParts() throws IOException {
        StringBuilder ranges = new StringBuilder("Range: bytes=0-9");
        for (int i = 1; i < 60; i++) {
            ranges.append(",").append(i * 25_000).append("-").append(i * 25_000 + 10_000);
        }
        ReceivedResponse response = get("/large.bin", ranges.toString());

        assertThat(response.status()).isEqualTo(206);
        assertThat(Parts.of(response))
                .hasSize(60)
                .allSatisfy(part -> assertThat(part.bytes())
                        .isEqualTo(Arrays.copyOfRange(
                                Tree.LARGE, (int) part.start(), (int) part.end() + 1)));
    }

    @Test
    void aRangeBeyondTheEndIsRefusedWithTheSize() throws IOException {
        ReceivedResponse response = get("/hello.txt", "Range: bytes=13-");

        assertThat(response.status()).isEqualTo(416);
        assertThat(response.field("Content-Range")).isEqualTo("bytes */13");
    }

    @Test
    void aServerWithoutListingsHasNoneToShow(@TempDir Path root) throws IOException {
        Tree.plant(root);
        try (FileServer closed =
                setup.start(setup.serving(root).files(ServedFiles.in(root).withListing(false)))) {
            assertThat(RawClient.get(closed, "/folder/").status()).isEqualTo(404);
            assertThat(RawClient.get(closed, "/site/").status()).isEqualTo(200);
        }
    }

    @Test
    void anExplainedAnswerNamesTheWayItsBytesWent(@TempDir Path root) throws IOException {
        Tree.plant(root);
        String model = setup.cell().model().label();
        CopyMode copy = setup.cell().effectiveCopy();
        CopyMode small = setup.cell().copyOf(2);
        String cold = setup.cell().asksBeforeSending() ? "guarded" : "waits";
        String way = ", model=" + model + ", cold=" + cold;
        String part = small.copies() ? ", kernel=0, user=2" : ", kernel=2, user=0";
        try (FileServer open =
                setup.start(setup.serving(root).files(ServedFiles.in(root).withExplain(true)))) {
            String tls = setup.tls() == null ? "" : ", tls=" + setup.tls().label();
            assertThat(RawClient.get(open, "/large.bin").field("Sluice-Path"))
                    .startsWith("copy=" + copy.label() + way + ", kernel=")
                    .contains("=" + Tree.LARGE.length);
            assertThat(RawClient.get(open, "/large.bin", "Range: bytes=1-2").field("Sluice-Path"))
                    .isEqualTo("copy=" + small.label() + way + part + tls);
            assertThat(RawClient.get(open, "/nothing").field("Sluice-Path"))
                    .isEqualTo("copy=memory, model=" + model + ", cold=never, kernel=0, user="
                            + "404 Not Found\n".length() + tls);
        }
    }
}
