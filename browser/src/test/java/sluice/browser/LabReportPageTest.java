package sluice.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.lab.LabFiles;
import sluice.lab.LabResults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The report of the lab, made of the recorded run, as it opens from disk. */
final class LabReportPageTest {
    private static final Path RECORDED = Path.of("..", "docs", "lab");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    @TempDir
    private static Path directory;

    private static LabResults results;
    private static Path report;

    @BeforeAll
    static void write() throws IOException {
        results = LabFiles.read(RECORDED);
        report = LabFiles.write(results, directory).getLast();
    }

    @Test
    void itIsOneFileThatAsksForNoOther() {
        try (Chromium chromium = Chromium.start(Chromium.View.USUAL)) {
            List<String> asked = new ArrayList<>();
            chromium.context().onRequest((Request request) -> asked.add(request.url()));
            Page page = chromium.open(report);

            assertThat(page.locator("h1")).isVisible();
            assertThat(asked).containsExactly(report.toUri().toString());
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    @Test
    void itsLinksLeadToRawDataBesideItAndToPlacesInIt() throws IOException {
        try (Chromium chromium = Chromium.start(Chromium.View.USUAL)) {
            Page page = chromium.open(report);

            List<String> links = page.locator("a").all().stream()
                    .map(link -> link.getAttribute("href"))
                    .distinct()
                    .toList();
            assertThat(links).contains("results.json", "results.csv");
            for (String link : links) {
                if (link.startsWith("#")) {
                    assertThat(page.locator("[id='" + link.substring(1) + "']")).hasCount(1);
                } else {
                    assertThat(Files.size(directory.resolve(link))).isPositive();
                }
            }
        }
    }

    static Stream<Chromium.View> views() {
        return Stream.of(390, 1280)
                .flatMap(width ->
                        Stream.of(false, true).map(dark -> new Chromium.View(width, dark, false)));
    }

    @ParameterizedTest
    @MethodSource("views")
    void itFitsItsWindowInEveryColour(Chromium.View view) {
        try (Chromium chromium = Chromium.start(view)) {
            Page page = chromium.open(report);

            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(SCREENSHOTS.resolve("lab-" + view + ".png")));
            Object width = page.locator("html").evaluate("(root) => root.scrollWidth");
            assertThat((int) width).isLessThanOrEqualTo(view.width());
            List<Locator> charts = page.locator("svg:visible").all();
            assertThat(charts).hasSizeGreaterThanOrEqualTo(results.jobs().size());
            assertThat(charts).allSatisfy(chart -> {
                assertThat(chart.boundingBox().width).isLessThanOrEqualTo(view.width());
            });
            Object background = page.locator("body")
                    .evaluate(
                            "(body) => parseInt(getComputedStyle(body).backgroundColor.slice(4))");
            assertThat((int) background < 128).isEqualTo(view.dark());
        }
    }
}
