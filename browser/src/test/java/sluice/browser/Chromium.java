package sluice.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** An installed Chromium. */
final class Chromium implements AutoCloseable {
    private static final String NAME = "chromium";
    private static final int HEIGHT = 900;
    /** What drives browsers; it takes a second to start, and ends with this JVM. */
    private static final Playwright PLAYWRIGHT = Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));

    private static @Nullable Browser shared;

    private final String profile;
    private final BrowserContext context;
    private final List<String> complaints = new ArrayList<>();

    /**
     * How it shows pages.
     *
     * @param width of its window in pixels
     */
    record View(int width, boolean dark, boolean scripts) {
        static final View USUAL = new View(1280, false, true);

        @Override
        public String toString() {
            return width + (dark ? "-dark" : "-light") + (scripts ? "" : "-without-script");
        }
    }

    private Chromium(String profile, BrowserContext context) {
        this.profile = profile;
        this.context = context;
        context.onConsoleMessage(message -> {
            // A site without an icon is no fault of a page.
            if (!message.location().contains("favicon")) {
                complaints.add(message.text());
            }
        });
        context.onWebError(error -> complaints.add(error.error()));
    }

    /** Where it is; skips the test if it is not installed. */
    private static Path program() {
        Path program = Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, NAME))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(program != null, NAME + " is not installed");
        return Objects.requireNonNull(program);
    }

    /** Chromium's own sandbox needs a user other than root. */
    private static List<String> arguments() {
        return System.getProperty("user.name").equals("root") ? List.of("--no-sandbox") : List.of();
    }

    /** One that remembers nothing of another. */
    static Chromium start(View view) {
        Browser browser = shared;
        if (browser == null) {
            browser = PLAYWRIGHT
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(program())
                            .setArgs(arguments()));
            shared = browser;
        }
        return new Chromium(
                "none",
                browser.newContext(new Browser.NewContextOptions()
                        .setViewportSize(view.width(), HEIGHT)
                        .setColorScheme(view.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                        .setJavaScriptEnabled(view.scripts())
                        .setTimezoneId("Asia/Kolkata")));
    }

    /** One with a profile in this directory, which it finds again if it starts again. */
    static Chromium start(Path profile) {
        BrowserContext context = PLAYWRIGHT
                .chromium()
                .launchPersistentContext(
                        profile,
                        new BrowserType.LaunchPersistentContextOptions()
                                .setExecutablePath(program())
                                .setArgs(arguments()));
        return new Chromium(profile.toString(), context);
    }

    /** A page of the server. */
    Page open(int port, String path) {
        Page page = context.newPage();
        page.navigate("http://127.0.0.1:" + port + path);
        return page;
    }

    /** A page on disk, without any network. */
    Page open(Path file) {
        context.setOffline(true);
        Page page = context.newPage();
        page.navigate(file.toUri().toString());
        return page;
    }

    BrowserContext context() {
        return context;
    }

    /** What pages did that they should not: errors, and what their policy forbids. */
    List<String> complaints() {
        return complaints;
    }

    /** Kills its processes; nothing is written any more. */
    void kill() {
        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> String.join(" ", arguments).contains(profile))
                        .orElse(false))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        try {
            context.close();
        } catch (PlaywrightException e) {
            // It was killed.
        }
    }
}
