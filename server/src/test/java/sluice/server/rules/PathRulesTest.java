package sluice.server.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.server.testing.RawClient.get;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.server.FileServer;
import sluice.server.PathPattern;
import sluice.server.Rules;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other names for files: redirects, rewrites, URLs without .html, one page for all paths. */
final class PathRulesTest {
    @TempDir
    private Path root;

    @BeforeEach
    void plant() throws IOException {
        RuledSite.plant(root);
    }

    private static Rules.Redirect redirect(String from, String to) {
        return new Rules.Redirect(PathPattern.of(from), to, Rules.Redirect.STATUS);
    }

    private static Rules rewrites(String from, String to) {
        return Rules.NONE.withRewrites(List.of(new Rules.Rewrite(PathPattern.of(from), to)));
    }

    @ParameterizedTest
    @CsvSource({
        "/old, /new, /old, /new",
        "/old/**, /new/*, /old/a/b%20c?q=1, /new/a/b%20c?q=1",
        "/old/*, /new/*, /old/a/b, ",
        "/old, /new?fixed, /old?q=1, /new?fixed",
        "/blog/*.php, /posts/*, /blog/one.php, /posts/one",
        "/go/**, https://other.example/*, /go/x, https://other.example/x",
        "/r**, /**, /r//evil.example/x, /evil.example/x",
        "/r**, /**, /r/%5Cevil.example, /%5Cevil.example",
        "/r/**, /x/*, /r/a%0D%0AX:%20y, /x/a%0D%0AX%3A%20y",
    })
    void aRedirectLeadsWhereItsRuleSays(String from, String to, String asked, String location)
            throws Exception {
        Rules.Redirect rule = redirect(from, to.replace("**", "*"));
        try (FileServer server = RuledSite.start(root, Rules.NONE.withRedirects(List.of(rule)))) {
            ReceivedResponse response = get(server, asked);
            if (location == null) {
                assertThat(response.status()).isEqualTo(404);
            } else {
                assertThat(response.status()).isEqualTo(302);
                assertThat(response.field("Location")).isEqualTo(location);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/a, ",
        "/a, elsewhere",
        "/a, ftp://other.example/",
        "/a, /b*",
        "/a**, https://other.example*",
        "/a**, https://*/x",
        "/a**, /b*/c*",
    })
    void aRedirectWhoseHostAClientCouldChooseOrThatLeadsNowhereIsRefused(String from, String to) {
        assertThatThrownBy(() -> redirect(from, to == null ? "" : to))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofTwoRedirectsTheFirstCountsAndItsStatusIsSent() throws Exception {
        List<Rules.Redirect> rules = List.of(
                new Rules.Redirect(PathPattern.of("/a"), "/one", 301),
                new Rules.Redirect(PathPattern.of("/**"), "/two", 308));
        try (FileServer server = RuledSite.start(root, Rules.NONE.withRedirects(rules))) {
            assertThat(get(server, "/a").status()).isEqualTo(301);
            assertThat(get(server, "/b").status()).isEqualTo(308);
        }
    }

    @Test
    void aRewriteSendsAnotherFileUnderTheSamePath() throws Exception {
        try (FileServer server = RuledSite.start(root, rewrites("/v1/**", "/assets/*"))) {
            ReceivedResponse response = get(server, "/v1/plain.css");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("style");
        }
    }

    @Test
    void aRewriteLeadsToNoFileThatARequestMayNotName() throws Exception {
        Files.writeString(root.resolve(".secret"), "secret");
        try (FileServer server = RuledSite.start(root, rewrites("/x**", "/*"));
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/x.secret").status()).isEqualTo(404);
            assertThat(client.get("/x../../etc/passwd").status()).isNotEqualTo(200);
            assertThat(client.get("/x%2e%2e/about.html").text()).isNotEqualTo("secret");
        }
    }

    @Test
    void aNameWithoutHtmlLeadsToThePageBeforeTheDirectory() throws Exception {
        try (FileServer server = RuledSite.start(root, Rules.NONE.withCleanUrls(true));
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/about").text()).isEqualTo("about us");
            assertThat(client.get("/about.html").text()).isEqualTo("about us");
            assertThat(client.get("/docs").text()).isEqualTo("all manuals");
            assertThat(client.get("/docs/").text()).isEqualTo("manual");
            assertThat(client.get("/empty").status()).isEqualTo(301);
            assertThat(client.get("/missing").status()).isEqualTo(404);
            String tag = client.get("/about").field("ETag");
            assertThat(client.get("/about", "If-None-Match: " + tag).status()).isEqualTo(304);
        }
    }

    @Test
    void aBrowserGetsThePageOfTheApplicationForNamesThatDoNotExist() throws Exception {
        Rules rules = Rules.NONE.withFallback("/index.html").withHeaders(Rules.CACHE);
        try (FileServer server = RuledSite.start(root, rules);
                RawClient client = RawClient.of(server)) {
            for (String path : List.of("/orders/17", "/orders/", "/a.b", "/assets/none.js")) {
                ReceivedResponse page = client.get(path, RuledSite.BROWSER);
                assertThat(page.status()).as(path).isEqualTo(200);
                assertThat(page.text()).isEqualTo("home");
                assertThat(page.field("Vary")).isEqualTo("Accept");
                assertThat(page.field("Cache-Control")).isEqualTo("no-cache");
            }
        }
    }

    @Test
    void scriptsPicturesAndWhateverExistsGetNoFallback() throws Exception {
        Rules rules = Rules.NONE.withFallback("/index.html");
        try (FileServer server = RuledSite.start(root, rules);
                RawClient client = RawClient.of(server)) {
            assertThat(client.get("/none.js", "Accept: */*").status()).isEqualTo(404);
            assertThat(client.get("/none.js").status()).isEqualTo(404);
            assertThat(client.get("/none.png", "Accept: image/*,*/*;q=0.8").status())
                    .isEqualTo(404);
            assertThat(client.get("/none", "Accept: text/html;q=0").status()).isEqualTo(404);
            assertThat(client.get("/assets/plain.css", RuledSite.BROWSER).text())
                    .isEqualTo("style");
            assertThat(client.get("/empty/", RuledSite.BROWSER).text()).isNotEqualTo("home");
            assertThat(client.get("/.hidden", RuledSite.BROWSER).status()).isEqualTo(404);
        }
    }

    @Test
    void aDirectoryThatMayNotBeListedIsThereAndGetsNoFallback() throws Exception {
        Rules rules = Rules.NONE.withFallback("/index.html");
        try (FileServer server = Setup.PLAIN
                .serving(root)
                .files(RuledSite.files(root, rules).withListing(false))
                .build()
                .start()) {
            assertThat(get(server, "/empty/", RuledSite.BROWSER).status()).isEqualTo(404);
            assertThat(get(server, "/none/", RuledSite.BROWSER).text()).isEqualTo("home");
        }
    }
}
