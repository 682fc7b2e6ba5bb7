package sluice.server.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.server.testing.RawClient.get;
import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.server.FileServer;
import sluice.server.PathPattern;
import sluice.server.Rules;
import sluice.server.ServedFiles;
import sluice.server.testing.Await;
import sluice.server.testing.Coded;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Fields that rules add, and pages of a site's own. */
final class FieldRulesTest {
    @TempDir
    private Path root;

    @BeforeEach
    void plant() throws IOException {
        RuledSite.plant(root);
    }

    private static Rules headers(String... patternNameValue) {
        Rules rules = Rules.NONE;
        for (String each : patternNameValue) {
            String[] parts = each.split(" ", 3);
            rules = rules.withHeaders(
                    List.of(new Rules.Header(PathPattern.of(parts[0]), parts[1], parts[2])));
        }
        return rules;
    }

    @Test
    void aFieldIsInEveryKindOfResponseWhosePathMatches() throws Exception {
        try (FileServer server = RuledSite.start(root, headers("/** X-Team blue"));
                RawClient client = RawClient.of(server)) {
            ReceivedResponse whole = client.get("/about.html");
            assertThat(whole.field("X-Team")).isEqualTo("blue");
            String tag = whole.field("ETag");
            assertThat(List.of(
                            client.get("/about.html", "If-None-Match: " + tag),
                            client.get("/about.html", "If-Match: \"other\""),
                            client.get("/about.html", "Range: bytes=0-1"),
                            client.get("/about.html", "Range: bytes=0-1,3-4"),
                            client.get("/about.html", "Range: bytes=100-"),
                            client.get("/docs"),
                            client.get("/empty/"),
                            client.get("/missing"),
                            client.get("/%")))
                    .allSatisfy(response -> assertThat(response.field("X-Team")).isEqualTo("blue"))
                    .extracting(ReceivedResponse::status)
                    .containsExactly(304, 412, 206, 206, 416, 301, 200, 404, 400);
        }
    }

    @Test
    void freshnessIsSaidOfFilesOnly() throws Exception {
        Rules rules = headers("/** Cache-Control max-age=60", "/** X-Team blue");
        try (FileServer server = RuledSite.start(root, rules);
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/about.html").field("Cache-Control")).isEqualTo("max-age=60");
            assertThat(client.get("/about.html", "Range: bytes=0-1").field("Cache-Control"))
                    .isEqualTo("max-age=60");
            assertThat(client.get("/about.html", "Range: bytes=100-").has("Cache-Control"))
                    .isFalse();
            assertThat(client.get("/missing").has("Cache-Control")).isFalse();
            assertThat(client.get("/empty/").field("Cache-Control")).isEqualTo("no-cache");
        }
    }

    @Test
    void ofTwoRulesForOneNameTheLaterCountsAndAnEmptyValueTakesItBack() throws Exception {
        Rules rules = headers(
                "/** X-Team blue", "/assets/* x-team red", "*.css X-Team green", "*.js X-Team ");
        try (FileServer server = RuledSite.start(root, rules);
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/").field("X-Team")).isEqualTo("blue");
            assertThat(client.get("/assets/0123456789").field("X-Team")).isEqualTo("red");
            assertThat(client.get("/assets/plain.css").field("X-Team")).isEqualTo("green");
            assertThat(client.get("/assets/main.3f2a1b9c.js").has("X-Team")).isFalse();
        }
    }

    @Test
    void theFileOfADirectoryIsMatchedByItsOwnName() throws Exception {
        try (FileServer server = RuledSite.start(root, headers("*.html X-Page yes"))) {
            assertThat(get(server, "/").field("X-Page")).isEqualTo("yes");
            assertThat(get(server, "/docs/").field("X-Page")).isEqualTo("yes");
            assertThat(get(server, "/assets/plain.css").has("X-Page")).isFalse();
        }
    }

    @Test
    void hashedNamesAreKeptForAYearAndPagesAreAskedForAgain() throws Exception {
        try (FileServer server = RuledSite.start(root, Rules.NONE.withHeaders(Rules.CACHE))) {
            assertThat(get(server, "/assets/main.3f2a1b9c.js").field("Cache-Control"))
                    .isEqualTo("max-age=31536000, immutable");
            assertThat(get(server, "/").field("Cache-Control")).isEqualTo("no-cache");
            assertThat(get(server, "/assets/plain.css").has("Cache-Control")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main.3f2a1b9c.js",
                "index-BxT3kQ9a.css",
                "app.8d1e0f4c7a2b3d4e5f60.js.map",
                "photo_0a1b2c3d.png"
            })
    void aNameWithDigitsAndHexadecimalLettersOrBothCasesHoldsAHash(String name) {
        assertThat(PathPattern.HASHED.matches(name.getBytes(US_ASCII), 0, name.length()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index.html",
                "some-document.pdf",
                "report-20240131.pdf",
                "bootstrap-responsive.css",
                "jquery-3.7.1.min.js",
                "deadbeef.txt",
                "README"
            })
    void wordsVersionsAndDatesAreNoHashes(String name) {
        assertThat(PathPattern.HASHED.matches(name.getBytes(US_ASCII), 0, name.length()))
                .isFalse();
    }

    @Test
    void pagesOfOtherOriginsMayReadFilesAndAskWithRanges() throws Exception {
        try (FileServer server = RuledSite.start(root, Rules.NONE.withCors("*"));
                RawClient client = RawClient.of(server)) {
            ReceivedResponse preflight = client.send(request(
                            "OPTIONS",
                            "/about.html",
                            "Origin: https://other.example",
                            "Access-Control-Request-Method: GET",
                            "Access-Control-Request-Headers: range"))
                    .read(Method.OPTIONS);
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.field("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(preflight.field("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD");
            assertThat(preflight.field("Access-Control-Allow-Headers")).contains("Range");
            ReceivedResponse part =
                    client.get("/about.html", "Origin: https://other.example", "Range: bytes=0-1");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.field("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(part.field("Access-Control-Expose-Headers")).contains("Content-Range");
            assertThat(client.get("/missing").field("Access-Control-Allow-Origin"))
                    .isEqualTo("*");
        }
    }

    @Test
    void withoutCorsNoResponseSpeaksOfOrigins() throws Exception {
        try (FileServer server = RuledSite.start(root, Rules.NONE)) {
            ReceivedResponse file = get(server, "/about.html", "Origin: https://other.example");
            assertThat(file.fields().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
    }

    @Test
    void theSecurityPresetLeavesThePolicyOfListingsAlone() throws Exception {
        try (FileServer server = RuledSite.start(root, Rules.NONE.withHeaders(Rules.SECURITY));
                RawClient client = RawClient.of(server)) {
            for (String path : List.of("/", "/missing", "/empty/")) {
                ReceivedResponse response = client.get(path, RuledSite.BROWSER);
                assertThat(response.field("X-Content-Type-Options")).isEqualTo("nosniff");
                assertThat(response.field("X-Frame-Options")).isEqualTo("SAMEORIGIN");
            }
            assertThat(client.get("/empty/").has("Content-Security-Policy")).isTrue();
        }
    }

    @Test
    void codedFilesHaveTheFieldsOfTheNameThatWasAskedFor() throws Exception {
        Files.write(root.resolve("big.css"), "a{}\n".repeat(1_000).getBytes(US_ASCII));
        Files.write(root.resolve("big.css.gz"), Coded.gzip("a{}\n".repeat(1_000)));
        try (FileServer server = RuledSite.start(root, headers("*.css X-Kind style"))) {
            ReceivedResponse coded = get(server, "/big.css", "Accept-Encoding: gzip");
            assertThat(coded.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(coded.field("X-Kind")).isEqualTo("style");
        }
    }

    @Test
    void anErrorGetsThePageOfTheSiteAndKeepsItsStatus() throws Exception {
        Rules rules = Rules.NONE.withErrorPages(Map.of(404, "/404.html"));
        try (FileServer server = RuledSite.start(root, rules);
                RawClient client = RawClient.of(server)) {
            ReceivedResponse lost = client.get("/missing");
            assertThat(lost.status()).isEqualTo(404);
            assertThat(lost.text()).isEqualTo("lost");
            assertThat(lost.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(lost.field("Vary")).isEqualTo("Accept");
            assertThat(client.send(request("HEAD", "/missing"))
                            .read(Method.HEAD)
                            .contentLength())
                    .isEqualTo(4);
            assertThat(client.get("/missing", "Accept: application/json").text())
                    .contains("{");
            assertThat(client.get("/%").text()).startsWith("400");
            Files.writeString(root.resolve("404.html"), "lost again");
            Await.until("the page", () -> get(server, "/missing").text().equals("lost again"));
        }
    }

    @Test
    void aMissingErrorPageIsReplacedByTheServersOwn() throws Exception {
        Rules rules = Rules.NONE.withErrorPages(Map.of(404, "/nowhere.html"));
        try (FileServer server = RuledSite.start(root, rules)) {
            assertThat(get(server, "/missing").text()).startsWith("404 ");
        }
    }

    @Test
    void aSiteHasItsOwnRules() throws Exception {
        ServedFiles ruled = RuledSite.files(root, headers("/** X-Team blue"));
        try (FileServer server = Setup.PLAIN
                        .serving(root)
                        .site("ruled.example", ruled)
                        .build()
                        .start();
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/").has("X-Team")).isFalse();
            client.send("GET / HTTP/1.1\r\nHost: ruled.example\r\n\r\n");
            assertThat(client.read().field("X-Team")).isEqualTo("blue");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "content-type", "Transfer-Encoding", "ETag", "a b"})
    void aFieldThatTheServerDecidesAboutIsRefused(String name) {
        assertThatThrownBy(() -> new Rules.Header(PathPattern.ALL, name, "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void fieldsThatProxiesWouldNotTakeAreRefused() {
        assertThatThrownBy(() -> headers("/** X-Long " + "x".repeat(8 << 10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 8192");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a/*/b/*", "/***", "a/b", "*.a\r\n"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> PathPattern.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no pattern of paths");
    }
}
