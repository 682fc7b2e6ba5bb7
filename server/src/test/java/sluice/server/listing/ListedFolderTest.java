package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.listing.Listings.JSON;
import static sluice.server.listing.Listings.TIME;
import static sluice.server.listing.Listings.file;
import static sluice.server.listing.Listings.folder;
import static sluice.server.listing.Listings.listing;
import static sluice.server.listing.Listings.octets;
import static sluice.server.listing.Listings.page;
import static sluice.server.listing.Listings.read;

import org.junit.jupiter.api.Test;

import sluice.http.ChosenTypes;
import sluice.server.listing.ListingOptions.Sort;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** What a listing has beside its rows: codings, tags, pages, a README, scripts and their policy. */
final class ListedFolderTest {
    @Test
    void compressedItIsTheSameAndItsTagAnother() throws IOException {
        var folder = new Folder(
                new DirectoryEntries(List.of(file("a")), false, 0),
                true,
                true,
                ChosenTypes.NONE,
                null);
        var plain = listing("/", ListingOptions.DEFAULT, folder, false);
        var small = listing("/", ListingOptions.DEFAULT, folder, true);
        byte[] octets = octets(small, 77);
        try (var in = new GZIPInputStream(new ByteArrayInputStream(octets))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(read(plain, 1000));
        }
        assertThat(small.length()).isLessThan(plain.length() / 2);
        assertThat(new String(small.tag(), StandardCharsets.US_ASCII))
                .isEqualTo(new String(plain.tag(), StandardCharsets.US_ASCII)
                        .replaceFirst("\"$", "-gzip\""));
    }

    @Test
    void hasAnotherTagWhenAnythingItShowsIsAnother() {
        List<List<DirectoryEntry>> folders = List.of(
                List.of(),
                List.of(file("a")),
                List.of(file("b")),
                List.of(folder("a", TIME)),
                List.of(file("a", 2, TIME)),
                List.of(file("a", 1, TIME + 60)));
        List<byte[]> tags = new ArrayList<>();
        for (var entries : folders) {
            var directory = new DirectoryEntries(entries, false, 0);
            tags.add(listing("/", ListingOptions.DEFAULT, directory).tag());
            tags.add(listing("/", JSON, directory).tag());
        }
        assertThat(tags.stream().map(Arrays::toString)).doesNotHaveDuplicates();
        var again = listing("/", JSON, new DirectoryEntries(folders.get(1), false, 0));
        assertThat(again.tag()).isEqualTo(tags.get(3));
    }

    @Test
    void aLongListHasPages() {
        List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = 0; i < 2 * HtmlListing.ROWS + 1; i++) {
            entries.add(file("f" + i));
        }
        var directory = new DirectoryEntries(entries, false, 0);
        var first = Page.parse(read(listing("/", onPage(1), directory), 1000));
        var last = Page.parse(read(listing("/", onPage(3), directory), 1000));
        assertThat(first.names()).hasSize(HtmlListing.ROWS).first().isEqualTo("f0");
        assertThat(first.text()).contains("10,001 files").contains("Page 1 of 3");
        assertThat(last.names()).containsExactly("f10000");
        assertThat(last.all("a"))
                .extracting(link -> link.attribute("href"))
                .contains("?page=2")
                .doesNotContain("?page=4");
        assertThat(Page.parse(read(listing("/", onPage(999), directory), 1000)).names())
                .isEqualTo(last.names());
    }

    @Test
    void aListThatFillsItsPagesHasNoEmptyOneBehindThem() {
        assertThat(listOf(HtmlListing.ROWS, 1).text()).doesNotContain("Page 1");
        assertThat(listOf(HtmlListing.ROWS, 2).names()).hasSize(HtmlListing.ROWS);
        assertThat(listOf(2 * HtmlListing.ROWS, 1).text()).contains("Page 1 of 2");
        assertThat(listOf(HtmlListing.ROWS + 1, 1).text()).contains("Page 1 of 2");
    }

    @Test
    void thePagesLeadToThoseBesideThem() {
        int rows = 2 * HtmlListing.ROWS + 1;
        assertThat(turnsOf(listOf(rows, 1))).containsExactly("Next ?page=2");
        assertThat(turnsOf(listOf(rows, 2))).containsExactly("Previous ?page=1", "Next ?page=3");
        assertThat(turnsOf(listOf(rows, 3))).containsExactly("Previous ?page=2");
    }

    /** Scripts sort and filter what is there themselves, but not a part of it. */
    @Test
    void onlyAPartOfAListIsMarkedAsOne() {
        assertThat(listOf(HtmlListing.ROWS, 1).one("table").attributes()).doesNotContain("part");
        assertThat(listOf(HtmlListing.ROWS + 1, 1).one("table").attributes())
                .contains(" data-part");
    }

    private static List<String> turnsOf(Page page) {
        return page.all("a").stream()
                .filter(link -> link.attribute("href").startsWith("?page"))
                .map(link -> link.text() + " " + link.attribute("href"))
                .toList();
    }

    private static Page listOf(int count, int page) {
        List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(file("f" + i));
        }
        var directory = new DirectoryEntries(entries, false, 0);
        return Page.parse(read(listing("/", onPage(page), directory), 1000));
    }

    private static ListingOptions onPage(int page) {
        return new ListingOptions(false, Sort.NAME, true, page);
    }

    @Test
    void theSymbolOfAFileIsThatOfItsType() {
        assertThat(symbolOf("a.png")).isEqualTo("#image");
        assertThat(symbolOf("a.json")).isEqualTo("#text");
        assertThat(symbolOf("a.zip")).isEqualTo("#archive");
        assertThat(symbolOf("a.bin")).isEqualTo("#file");
    }

    private static String symbolOf(String name) {
        var directory = new DirectoryEntries(List.of(file(name)), false, 0);
        return page(new Folder(directory, false, true, ChosenTypes.NONE, null))
                .all("use")
                .getLast()
                .attribute("href");
    }

    @Test
    void theSymbolOfAFileIsThatOfTheTypeThatTheUserChose() {
        var directory = new DirectoryEntries(List.of(file("a.raw")), false, 0);
        var types = new ChosenTypes(Map.of("raw", "image/x-raw"));
        assertThat(page(new Folder(directory, false, true, ChosenTypes.NONE, null))
                        .all("use"))
                .noneMatch(symbol -> symbol.attribute("href").equals("#image"));
        assertThat(page(new Folder(directory, false, true, types, null)).all("use"))
                .anyMatch(symbol -> symbol.attribute("href").equals("#image"));
    }

    @Test
    void aPageHidesWhatIsSentInPlaceOfOthersAndCountsIt() {
        var entries = List.of(
                file("a.js"),
                file("a.js.br"),
                file("a.js.gz", 1, TIME - 1),
                file("b.tar.gz"),
                file(".gz"),
                folder("c", 0),
                file("c.zst"));
        var directory = new DirectoryEntries(entries, false, 0);
        var page = page(new Folder(directory, false, true, ChosenTypes.NONE, null));
        assertThat(page.all("tr"))
                .filteredOn(row -> row.attribute("class").equals("copy"))
                .extracting(Page.Element::text)
                .singleElement()
                .asString()
                .startsWith("a.js.br");
        assertThat(page.names()).hasSize(7);
        assertThat(page.one("p").text())
                .isEqualTo("1 folder, 5 files, 5 B (not shown: 1 compressed version)");
        var open = page(new Folder(directory, false, false, ChosenTypes.NONE, null));
        assertThat(open.one("p").text()).isEqualTo("1 folder, 6 files, 6 B");
        assertThat(open.all("tr")).noneMatch(row -> row.attribute("class").equals("copy"));
    }

    @Test
    void aReadmeIsShownBelowTheListAsItIsWritten() {
        var text = "# <b>Hi</b> & \"all\"\r\n\tindented \u202Eevil\n";
        var readme = Readme.of("README.md", text.getBytes(StandardCharsets.UTF_8), false);
        var folder = new Folder(
                new DirectoryEntries(List.of(), false, 0), false, true, ChosenTypes.NONE, readme);
        var page = page(folder);
        assertThat(page.one("pre").text())
                .isEqualTo("\n# <b>Hi</b> & \"all\"\n\tindented U+202Eevil\n");
        assertThat(page.all("b")).isEmpty();
        assertThat(page.one("h2").text()).isEqualTo("README.md");
    }

    @Test
    void aLongReadmeEndsWithAWholeLineAndALinkToTheRest() {
        byte[] octets = "one\ntwo\nthr\u00EA".getBytes(StandardCharsets.UTF_8);
        byte[] cut = Arrays.copyOf(octets, octets.length - 1);
        var readme = Readme.of("README", cut, true);
        var folder = new Folder(
                new DirectoryEntries(List.of(), false, 0), false, true, ChosenTypes.NONE, readme);
        var page = page(folder);
        assertThat(page.one("pre").text()).isEqualTo("\none\ntwo\n");
        assertThat(page.all("a"))
                .filteredOn(link -> link.text().equals("The rest"))
                .extracting(link -> link.attribute("href"))
                .containsExactly("README");
        assertThat(Readme.of("README", new byte[] {'x', 0}, false)).isNull();
    }

    @Test
    void theReadmeIsTheFirstFileOfThreeNames() {
        var all =
                List.of(file("README"), file("README.txt"), folder("README.md", 0), file("readme"));
        assertThat(Readme.find(new DirectoryEntries(all, false, 0))).isEqualTo("README.txt");
        assertThat(Readme.find(new DirectoryEntries(all.subList(2, 4), false, 0)))
                .isNull();
    }

    @Test
    void onlyAFolderThatTakesUploadsHasTheirScript() {
        var directory = new DirectoryEntries(List.of(file("a")), false, 0);
        var writable = page(new Folder(directory, true, true, ChosenTypes.NONE, null));
        assertThat(writable.all("script")).hasSize(2);
        assertThat(toolsOf(writable)).contains(" data-writable");
        var other = page(new Folder(directory, false, true, ChosenTypes.NONE, null));
        assertThat(other.all("script")).hasSize(1);
        assertThat(toolsOf(other)).doesNotContain("data-writable");
    }

    private static String toolsOf(Page page) {
        return page.all("div").stream()
                .map(Page.Element::attributes)
                .filter(attributes -> attributes.contains("tools"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thePolicyAllowsItsOwnScriptsAndStyleAndNoOther() throws GeneralSecurityException {
        var directory = new DirectoryEntries(List.of(file("a")), false, 0);
        var listing = listing(
                "/",
                ListingOptions.DEFAULT,
                new Folder(directory, true, true, ChosenTypes.NONE, null),
                false);
        var policy = policy(listing);
        Matcher inside =
                Pattern.compile("(?s)<(style|script)>(.*?)</\\1>").matcher(read(listing, 1000));
        int found = 0;
        while (inside.find()) {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(inside.group(2).getBytes(StandardCharsets.UTF_8));
            assertThat(policy)
                    .contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
            found++;
        }
        assertThat(found).isEqualTo(3);
        assertThat(policy)
                .startsWith("Content-Security-Policy: default-src 'none'; ")
                .doesNotContain("unsafe");
        assertThat(listing("/", JSON, directory).policy().isEmpty()).isTrue();
    }

    private static String policy(Listing listing) {
        byte[] lines = new byte[listing.policy().length()];
        listing.policy().copyTo(MemorySegment.ofArray(lines), 0);
        return new String(lines, StandardCharsets.US_ASCII);
    }
}
