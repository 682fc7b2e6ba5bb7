package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.server.response.Body;
import sluice.server.response.Response;

import java.lang.foreign.MemorySegment;

/** Which form an error has for whom, and what each form says. */
final class ErrorPagesTest {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String PROBLEM = "application/problem+json";

    /** An error with a field of its own is no error for all, so nobody keeps what is made of it. */
    private static final Fields OWN = Fields.NONE.with("X-Own", "1");

    private static Request request(String target, String accept) {
        String head = "GET " + target + " HTTP/1.1\r\nHost: h\r\nAccept: " + accept + "\r\n\r\n";
        byte[] octets = head.getBytes(ISO_8859_1);
        RequestHead parsed = new RequestHead();
        assertThat(parsed.parse(MemorySegment.ofArray(octets), 0, octets.length))
                .isPositive();
        return parsed;
    }

    private static Response shown(String accept, Response error) {
        return ErrorPages.of(request("/x", accept), error);
    }

    private static String lines(Response response) {
        byte[] lines = new byte[response.fields().length()];
        response.fields().copyTo(MemorySegment.ofArray(lines), 0);
        return new String(lines, ISO_8859_1);
    }

    private static String text(Response response) {
        return new String(((Body.Memory) response.body()).octets(), UTF_8);
    }

    private static Page page(String target, Response error) {
        return Page.parse(text(ErrorPages.of(request(target, "text/html"), error)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                                        | " + TEXT,
                "text/*                                                     | " + TEXT,
                "image/png                                                  | " + TEXT,
                "text/plain, text/html, application/json                    | " + TEXT,
                "text/plain, application/json                               | " + TEXT,
                "text/plain, text/html;q=0.9, application/json;q=0.9        | " + TEXT,
                "text/html                                                  | " + HTML,
                "text/html, application/json                                | " + HTML,
                "text/html,application/xhtml+xml,*/*;q=0.8                  | " + HTML,
                "application/json                                           | " + PROBLEM,
                "application/problem+json                                   | " + PROBLEM,
                "application/json, text/html;q=0.9                          | " + PROBLEM,
                "application/json;q=0.1, application/problem+json, text/html;q=0.9 | " + PROBLEM
            })
    void theFormIsTheOneThatTheClientLikesMostAndOfEqualsTextThenAPage(String accept, String type) {
        Response shown = shown(accept, Response.error(404, OWN));
        assertThat(shown.status()).isEqualTo(404);
        assertThat(lines(shown)).startsWith("Content-Type: " + type + "\r\n");
    }

    @Test
    void aLineOfTextIsTheStatusAndWhatIsWrong() {
        assertThat(text(shown("*/*", Response.error(404, OWN)))).isEqualTo("404 Not Found\n");
    }

    /** RFC 9457 section 3. */
    @Test
    void jsonIsAProblemWithTheStatusAndWhatIsWrong() {
        assertThat(text(shown("application/json", Response.error(404, OWN))))
                .isEqualTo("{\"type\":\"about:blank\",\"status\":404,\"title\":\"Not Found\"}\n");
        assertThat(text(shown("application/json", Response.error(400, OWN, "no \"quote\""))))
                .endsWith("\"status\":400,\"title\":\"no \\\"quote\\\"\"}\n");
    }

    @Test
    void aPageSaysTheStatusAndWhatIsWrongAsASentence() {
        Page page = page("/x", Response.error(400, OWN, "no <b> is allowed"));
        assertThat(page.one("title").text()).isEqualTo("400 no <b> is allowed");
        assertThat(page.one("h1").text()).isEqualTo("No <b> is allowed");
        assertThat(page.all("p"))
                .extracting(Page.Element::text)
                .containsExactly("400", "The server did not accept the request.");
        assertThat(page.all("style")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | The server did not accept the request.",
                "403 | The server may not show this, or not to you.",
                "404 | There is no file or folder of this name. It may have moved.",
                "405 | Nobody can do this with what is here.",
                "416 | The file ends before the part that was asked for. It may have changed.",
                "421 | Open this server by another name.",
                "499 | The server did not accept the request.",
                "500 | The server could not do it now. Try again in a while.",
                "501 | Nobody can do this with what is here.",
                "503 | The server could not do it now. Try again in a while."
            })
    void aPageSaysWhatAVisitorCanDo(int status, String advice) {
        Page page = page("/x", Response.error(status, OWN, "words"));
        assertThat(page.all("p")).last().extracting(Page.Element::text).isEqualTo(advice);
    }

    @Test
    void aPageLeadsToTheTopFolderByARelativePathUnlessThatIsTooLong() {
        assertThat(home("/x")).isEqualTo("./");
        assertThat(home("/a/x")).isEqualTo("../");
        assertThat(home("/a/b/")).isEqualTo("../../");
        assertThat(home("/a/x?b/c/d")).isEqualTo("../");
        assertThat(home("/a".repeat(64) + "/x")).isEqualTo("../".repeat(64));
        assertThat(home("/a".repeat(65) + "/x")).isEqualTo("/");
    }

    private static String home(String target) {
        return page(target, Response.error(404, OWN)).one("a").attribute("href");
    }

    @Test
    void theFieldsOfAnErrorStayButForThoseOfItsLineOfText() {
        Fields fields = Fields.of(Field.ALLOW, "GET").with(Field.VARY, "Origin");
        Response error = Response.error(405, fields);
        for (String accept : new String[] {"*/*", "text/html", "application/json"}) {
            Response shown = shown(accept, error);
            assertThat(shown.status()).isEqualTo(405);
            assertThat(lines(shown))
                    .endsWith("\r\nAllow: GET\r\nVary: Accept, Origin\r\nContent-Length: "
                            + shown.body().length() + "\r\n")
                    .containsOnlyOnce("Content-Type: ")
                    .containsOnlyOnce("Content-Length: ")
                    .containsOnlyOnce("Vary: ");
        }
        assertThat(lines(shown("text/html", error))).contains("\r\nContent-Security-Policy: ");
    }

    @Test
    void whatIsNoLineOfTextStaysAsItIs() {
        Response empty = Response.of(Status.NOT_FOUND, OWN);
        Body.Generated made = new Body.Generated() {
            @Override
            public long length() {
                return 1;
            }

            @Override
            public int write(MemorySegment target, long at, int room) {
                return 0;
            }
        };
        Response other = Response.of(Status.NOT_FOUND, OWN, made);
        for (String accept : new String[] {"*/*", "text/html", "application/json"}) {
            assertThat(shown(accept, empty)).isSameAs(empty);
            assertThat(shown(accept, other)).isSameAs(other);
        }
    }

    @Test
    void anErrorForAllIsMadeOnceAndOneOfItsOwnDoesNotTakeItsPlace() {
        for (String accept : new String[] {"*/*", "application/json"}) {
            Response once = shown(accept, Response.error(412));
            Response own = shown(accept, Response.error(412, Fields.NONE, "own words"));

            assertThat(text(own)).contains("own words");
            assertThat(shown(accept, Response.error(412))).isSameAs(once);
        }
        assertThat(shown("application/json", Response.error(412)))
                .isNotSameAs(shown("*/*", Response.error(412)));
    }

    @Test
    void wordsThatNoPageHasRoomForAreAMistakeOfTheServer() {
        Response error = Response.error(400, OWN, "x".repeat(8 << 10));
        assertThatThrownBy(() -> shown("text/html", error))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("an error has too many words");
    }
}
