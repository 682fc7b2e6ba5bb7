package sluice.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.FileServer;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Uploads from the page of a folder. */
final class UploadPageTest {
    private static final int FILES = Boolean.getBoolean("sluice.thorough") ? 1_000 : 300;
    /** The server takes some of them before the browser is killed. */
    private static final int BEFORE = 100;

    private static final int LONG = 6 << 20;
    private static final int OCTETS_PER_SECOND = 2 << 20;
    private static final double A_MINUTE = 60_000;

    @TempDir
    private Path profile;

    @TempDir
    private Path mine;

    private Path root = Path.of("");
    private FileServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        root = folder;
        server = serve(0);
    }

    private FileServer serve(int port) throws IOException {
        return Sluice.builder()
                .root(root)
                .port(port)
                .uploads(Uploads.defaults())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Chromium chromium() {
        return Chromium.start(profile);
    }

    private Path file(String name, int octets) throws IOException {
        byte[] content = new byte[octets];
        new Random(name.hashCode()).nextBytes(content);
        Path file = mine.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static void await(Page page, String text) {
        assertThat(page.locator(".status"))
                .containsText(
                        text, new LocatorAssertions.ContainsTextOptions().setTimeout(A_MINUTE));
    }

    private static void await(Page page, BooleanSupplier condition) {
        page.waitForCondition(condition, new Page.WaitForConditionOptions().setTimeout(A_MINUTE));
    }

    /** The page tells of the end of an upload first, and asks for the listing then. */
    private static void assertListed(Page page, String... names) {
        assertThat(page.locator("tbody bdi"))
                .hasText(names, new LocatorAssertions.HasTextOptions().setTimeout(A_MINUTE));
    }

    private static long count(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        } catch (IOException | UncheckedIOException e) {
            return 0; // a file was renamed meanwhile
        }
    }

    @Test
    void chosenFilesAreStoredAndListed() throws IOException {
        Path small = file("ä b#?.txt", 5_000);
        Path large = file("film.mp4", LONG);
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            page.locator("#choose-files").setInputFiles(new Path[] {small, large});
            await(page, "2 files uploaded.");
            assertListed(page, "film.mp4", "ä b#?.txt");
            assertThat(root.resolve("ä b#?.txt")).hasSameBinaryContentAs(small);
            assertThat(root.resolve("film.mp4")).hasSameBinaryContentAs(large);
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    @Test
    void aDroppedFolderIsStoredWithAllThatIsInIt() throws IOException {
        Path one = file("tour/one.txt", 10);
        Path two = file("tour/day 1/night/two.txt", 20);
        Path beside = file("beside.txt", 30);
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            CDPSession session = chromium.context().newCDPSession(page);
            drag(session, "dragEnter", mine.resolve("tour"), beside);
            drag(session, "dragOver", mine.resolve("tour"), beside);
            assertThat(page.locator("body.drop")).hasCount(1);
            drag(session, "drop", mine.resolve("tour"), beside);
            await(page, "3 files uploaded.");
            assertThat(page.locator("body.drop")).hasCount(0);
        }
        assertThat(root.resolve("tour/one.txt")).hasSameBinaryContentAs(one);
        assertThat(root.resolve("tour/day 1/night/two.txt")).hasSameBinaryContentAs(two);
        assertThat(root.resolve("beside.txt")).hasSameBinaryContentAs(beside);
    }

    /** What a hand does that drags files from a file manager into the window. */
    private static void drag(CDPSession session, String what, Path... files) {
        JsonArray names = new JsonArray();
        for (Path file : files) {
            names.add(file.toString());
        }
        JsonObject data = new JsonObject();
        data.add("items", new JsonArray());
        data.add("files", names);
        data.addProperty("dragOperationsMask", 1);
        JsonObject event = new JsonObject();
        event.addProperty("type", what);
        event.addProperty("x", 300);
        event.addProperty("y", 300);
        event.add("data", data);
        session.send("Input.dispatchDragEvent", event);
    }

    @Test
    void aFileOfTheSameNameIsReplacedOnlyOnDemand() throws IOException {
        Path file = file("a.txt", 10);
        Files.writeString(root.resolve("a.txt"), "theirs");
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            page.locator("#choose-files").setInputFiles(file);
            await(page, "1 file of the same name is here already.");
            assertThat(root.resolve("a.txt")).hasContent("theirs");
            page.getByText("Replace").click();
            await(page, "1 file uploaded.");
            assertThat(root.resolve("a.txt")).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void whatTheServerRefusesIsToldWithTheReason() throws IOException {
        Path hidden = file(".secret", 10);
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            page.locator("#choose-files").setInputFiles(hidden);
            await(page, ".secret: names that begin with a dot are not taken");
        }
    }

    @Test
    void aLongFileGoesOnWhereItWasWhenTheBrowserWasKilled() throws IOException {
        Path film = file("film.mp4", LONG);
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            slow(chromium.context().newCDPSession(page));
            page.locator("#choose-files").setInputFiles(film);
            Path kept = root.resolve(".sluice-uploads");
            await(page, () -> size(kept) > LONG / 3);
            chromium.kill();
        }
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            await(page, "An upload to this folder was interrupted.");
            List<Long> offsets = offsets(page);
            page.locator("#choose-files").setInputFiles(film);
            await(page, "1 file uploaded.");
            assertThat(root.resolve("film.mp4")).hasSameBinaryContentAs(film);
            assertThat(offsets).hasSize(1).first(InstanceOfAssertFactories.LONG).isPositive();
            page.reload();
            assertThat(page.locator(".status")).hasCount(0);
        }
    }

    @Test
    void aLongFileGoesOnByItselfWhenTheServerIsBack() throws IOException {
        Path film = file("film.mp4", LONG);
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            List<Long> offsets = offsets(page);
            slow(chromium.context().newCDPSession(page));
            page.locator("#choose-files").setInputFiles(film);
            Path kept = root.resolve(".sluice-uploads");
            await(page, () -> size(kept) > LONG / 3);
            int port = server.port();
            server.close();
            await(page, "The connection is lost; trying again");
            server = serve(port);
            await(page, "1 file uploaded.");
            assertThat(root.resolve("film.mp4")).hasSameBinaryContentAs(film);
            assertThat(offsets).hasSize(2).last(InstanceOfAssertFactories.LONG).isPositive();
        }
    }

    /** The offsets at which uploads of this page go on from now on. */
    private static List<Long> offsets(Page page) {
        List<Long> offsets = new ArrayList<>();
        page.onRequest(request -> {
            if (request.method().equals("PATCH")) {
                offsets.add(Long.valueOf(request.headers().get("upload-offset")));
            }
        });
        return offsets;
    }

    /** As a network of this speed. */
    private static void slow(CDPSession session) {
        JsonObject conditions = new JsonObject();
        conditions.addProperty("offline", false);
        conditions.addProperty("latency", 0);
        conditions.addProperty("downloadThroughput", -1);
        conditions.addProperty("uploadThroughput", OCTETS_PER_SECOND);
        session.send("Network.emulateNetworkConditions", conditions);
    }

    private static long size(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // not there yet
        }
    }

    @Test
    void aFolderOfManyFilesIsCompleteThoughTheBrowserWasKilled() throws IOException {
        for (int i = 0; i < FILES; i++) {
            file("tour/day " + i % 7 + "/" + i + ".bin", i);
        }
        Path tour = mine.resolve("tour");
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            page.locator("#choose-folder").setInputFiles(tour);
            await(page, () -> count(root) > BEFORE);
            chromium.kill();
        }
        assertThat(count(root)).isLessThan(FILES);
        try (Chromium chromium = chromium()) {
            Page page = chromium.open(server.port(), "/");
            page.locator("#choose-folder").setInputFiles(tour);
            await(page, "%,d files uploaded.".formatted(FILES));
            assertListed(page, "tour");
        }
        assertThat(count(root.resolve("tour"))).isEqualTo(FILES);
        for (int i = 0; i < FILES; i++) {
            String name = "tour/day " + i % 7 + "/" + i + ".bin";
            assertThat(root.resolve(name)).hasSameBinaryContentAs(mine.resolve(name));
        }
    }
}
