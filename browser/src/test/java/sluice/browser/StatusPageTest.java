package sluice.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Listen;
import sluice.server.AdminServer;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The page of the admin listener, as an operator sees it. */
final class StatusPageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private AdminServer admin;
    private FileServer server;

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("file"), "content");
        admin = AdminServer.start(Listen.address("127.0.0.1", 0));
        server = Sluice.builder().root(root).port(0).onResponse(admin).build().start();
        admin.watch(server, null);
    }

    @AfterEach
    void stop() {
        server.close();
        admin.close();
    }

    private Page open(Chromium chromium) {
        return chromium.open(admin.address().getPort(), "/");
    }

    @Test
    void itShowsWhatTheServerDoesWithoutBeingLoadedAgain() throws IOException {
        try (Chromium chromium = Chromium.start(Chromium.View.USUAL)) {
            Page page = open(chromium);
            assertThat(page.locator("#state")).hasText("ready");
            assertThat(page.locator("#loops tr").first()).containsText("well");
            server.uri().resolve("/file").toURL().openStream().close();
            assertThat(page.locator("#statuses tr").first()).containsText("200");
            assertThat(page.locator("#paths tr").first()).containsText("memory");
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    @Test
    void itSaysThatTheServerDrainsAndThenThatNobodyAnswers() {
        try (Chromium chromium = Chromium.start(Chromium.View.USUAL)) {
            Page page = open(chromium);
            assertThat(page.locator("#state")).hasText("ready");
            server.close();
            assertThat(page.locator("#state")).hasText("the server drains");
            admin.close();
            assertThat(page.locator("#state")).hasText("the server does not answer");
        }
    }

    static Stream<Chromium.View> views() {
        return Stream.of(360, 1280)
                .flatMap(width -> Stream.of(false, true)
                        .flatMap(dark -> Stream.of(true, false)
                                .map(scripts -> new Chromium.View(width, dark, scripts))));
    }

    @ParameterizedTest
    @MethodSource("views")
    void itFitsItsWindowInEveryColour(Chromium.View view) {
        try (Chromium chromium = Chromium.start(view)) {
            Page page = open(chromium);
            if (view.scripts()) {
                assertThat(page.locator("#tiles li").first()).isVisible();
            } else {
                assertThat(page.locator("noscript a")).isVisible();
            }
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(SCREENSHOTS.resolve("status-" + view + ".png")));
            Object width = page.locator("html").evaluate("(root) => root.scrollWidth");
            assertThat((int) width).isLessThanOrEqualTo(view.width());
        }
    }
}
