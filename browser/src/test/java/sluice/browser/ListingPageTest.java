package sluice.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The page of a folder, as a person uses it. */
final class ListingPageTest {
    /** A picture of one pixel (PNG). */
    private static final byte[] PIXEL = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                    + "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private FileServer server;

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        plant(root);
        server = Sluice.builder().root(root).port(0).build().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void plant(Path root) throws IOException {
        Path photos = Files.createDirectories(root.resolve("photos"));
        for (int i = 1; i <= 3; i++) {
            Files.write(photos.resolve("alps " + i + ".png"), PIXEL);
        }
        Files.createDirectory(root.resolve("src"));
        for (String name : List.of(
                "b10.txt",
                "b9.txt",
                "b9.txt.gz",
                "README.md",
                "<img src=x onerror=alert(1)>",
                "n".repeat(255),
                "'quoted' name.txt",
                "\u202Egpj.exe")) {
            Path file = root.resolve(name);
            Files.writeString(file, "# Title\n".repeat(name.length()));
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-22T20:30:59Z")));
        }
        Files.setLastModifiedTime(root.resolve("b9.txt"), FileTime.fromMillis(0));
    }

    private static Chromium chromium() {
        return Chromium.start(Chromium.View.USUAL);
    }

    private Page open(Chromium chromium, String path) {
        return chromium.open(server.port(), path);
    }

    /** Names of the rows that are shown, in their order. */
    private static List<String> names(Page page) {
        return page.locator("tbody tr:visible bdi").allTextContents();
    }

    @Test
    void theFilterHidesWhatDoesNotMatchAndTheKeyboardAloneIsEnough() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/");
            page.keyboard().press("/");
            page.keyboard().type("TXT b");
            assertThat(names(page)).containsExactly("b9.txt", "b10.txt");
            assertThat(page.locator("#shown")).hasText("2 of 9 entries match");
            page.keyboard().press("Enter");
            assertThat(page.locator("a:focus")).hasText("b9.txt");
            page.keyboard().press("/");
            page.keyboard().press("Escape");
            assertThat(names(page)).hasSize(9);
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    @Test
    void aColumnSortsWithoutAnotherRequestAndTheOrderStaysInFolders() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/");
            List<String> byServer = names(page);
            List<String> requests = new ArrayList<>();
            page.onRequest(request -> requests.add(request.url()));
            page.getByText("Modified").click();
            page.getByText("Modified").click();
            assertThat(names(page)).startsWith("photos", "src", "b9.txt");
            assertThat(page.locator("th[aria-sort=ascending]")).containsText("Modified");
            assertThat(page.locator("tr.d a").first())
                    .hasAttribute("href", "photos/?sort=time&order=asc");
            page.getByText("Size").click();
            assertThat(names(page)).startsWith("photos", "src", "b9.txt").endsWith("n".repeat(255));
            page.locator("thead a").first().click();
            assertThat(names(page)).containsExactlyInAnyOrderElementsOf(byServer);
            assertThat(requests).isEmpty();
        }
    }

    @Test
    void timesAreThoseOfTheReadersClock() {
        try (Chromium chromium = chromium()) {
            Locator time = open(chromium, "/").locator("tr:has-text('b10.txt') time");
            assertThat(time).hasText("2026-11-23 02:00");
        }
    }

    @Test
    void picturesAreShownOnDemandAndTheBrowserRemembersThat() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/photos/");
            assertThat(page.locator("img")).hasCount(0);
            page.getByText("Pictures").click();
            assertThat(page.locator("img[loading=lazy]")).hasCount(3);
            // waitForFunction polls by eval, which the page's policy forbids.
            String shown = "[...document.images].every((one) => one.naturalWidth === 1)";
            page.waitForCondition(() -> Boolean.TRUE.equals(page.evaluate(shown)));
            page.reload();
            assertThat(page.locator("img")).hasCount(3);
            page.getByText("Pictures").click();
            assertThat(page.locator("table.grid")).hasCount(0);
            assertThat(open(chromium, "/src/").getByText("Pictures")).hasCount(0);
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    @Test
    void anEntryHasALinkAndCommandsToCopyWhichAShellCannotMisread() {
        try (Chromium chromium = chromium()) {
            chromium.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
            Page page = open(chromium, "/");
            page.getByLabel("Link and commands of 'quoted' name.txt").focus();
            page.keyboard().press("Enter");
            String url = "http://127.0.0.1:" + server.port() + "/%27quoted%27%20name.txt";
            assertThat(page.getByLabel("Link", exactly())).hasValue(url);
            assertThat(page.getByLabel("curl"))
                    .hasValue("curl -o ''\\''quoted'\\'' name.txt' '" + url + "'");
            assertThat(page.getByLabel("sluice")).hasValue("sluice get '" + url + "'");
            page.keyboard().press("Enter");
            assertThat(page.getByText("Copied")).isVisible();
            assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(url);
            page.keyboard().press("Escape");
            assertThat(page.locator("dialog")).hasCount(0);
            page.getByLabel("Link and commands of U+202Egpj.exe").click();
            assertThat(page.getByLabel("curl"))
                    .hasValue(Pattern.compile("curl -O '.*%E2%80%AEgpj.exe'"));
        }
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    @Test
    void namesAndTextsOfFilesAreNoMarkup() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/");
            assertThat(page.locator("img")).hasCount(0);
            assertThat(page.locator("pre")).containsText("# Title");
            assertThat(names(page)).contains("<img src=x onerror=alert(1)>", "U+202Egpj.exe");
            page.getByLabel("Link and commands of <img").click();
            assertThat(page.locator("dialog img")).hasCount(0);
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    @Test
    void theirPolicyStopsAScriptThatIsNotThePages() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/");
            page.evaluate("const s = document.createElement('script');"
                    + " s.textContent = 'window.ran = true'; document.body.append(s)");
            assertThat(page.evaluate("window.ran")).isNull();
            assertThat(chromium.complaints()).anyMatch(text -> text.contains("script-src"));
        }
    }

    /** Programs that copy a tree follow every link. */
    @Test
    void onlyTheScriptLinksTheFolderAsOneFile() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/photos/");
            assertThat(page.getByText("Download")).hasAttribute("href", "?tar");
            assertThat(open(chromium, "/src/").getByText("Download")).hasCount(0);
            Object served = page.evaluate("fetch('.').then((it) => it.text())");
            assertThat(served.toString()).contains("alps 1.png").doesNotContain("href=\"?tar");
        }
    }

    @Test
    void anErrorLeadsHome() {
        try (Chromium chromium = chromium()) {
            Page page = open(chromium, "/photos/nothing/here");
            assertThat(page.locator("h1")).hasText("Not Found");
            page.getByText("Go to the top folder").click();
            assertThat(page.locator("h1")).hasText("Index of /");
        }
    }

    static Stream<Chromium.View> views() {
        return Stream.of(390, 1280)
                .flatMap(width -> Stream.of(true, false)
                        .flatMap(dark -> Stream.of(true, false)
                                .map(scripts -> new Chromium.View(width, dark, scripts))));
    }

    /** People look at the screenshots; the test, at what a machine can see. */
    @ParameterizedTest
    @MethodSource("views")
    void everyPageFitsItsWindowInEveryColourWithAndWithoutScripts(Chromium.View view) {
        try (Chromium chromium = Chromium.start(view)) {
            for (String path : List.of("/", "/photos/", "/nothing")) {
                Page page = open(chromium, path);
                page.screenshot(new Page.ScreenshotOptions()
                        .setFullPage(true)
                        .setPath(SCREENSHOTS.resolve(view + path.replace("/", "-") + ".png")));
                assertThat(page.locator("h1")).isVisible();
                Object width = page.locator("html").evaluate("(root) => root.scrollWidth");
                assertThat((int) width).as(path).isLessThanOrEqualTo(view.width());
            }
            Page page = open(chromium, "/photos/?sort=name&order=desc");
            assertThat(names(page)).containsExactly("alps 3.png", "alps 2.png", "alps 1.png");
        }
    }
}
