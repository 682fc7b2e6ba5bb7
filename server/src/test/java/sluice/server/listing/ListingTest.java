package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.listing.Listings.JSON;
import static sluice.server.listing.Listings.TIME;
import static sluice.server.listing.Listings.file;
import static sluice.server.listing.Listings.folder;
import static sluice.server.listing.Listings.listing;
import static sluice.server.listing.Listings.read;
import static sluice.server.root.Roots.bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.RequestTarget;
import sluice.linux.Errno;
import sluice.server.listing.ListingOptions.Sort;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ListingTest {
    private static String html(String path, ListingOptions options, DirectoryEntry... entries) {
        var directory = new DirectoryEntries(List.of(entries), false, 0);
        return read(listing(path, options, directory), 1000);
    }

    private static Page page(String path, ListingOptions options, DirectoryEntry... entries) {
        return Page.parse(html(path, options, entries));
    }

    private static Page page(DirectoryEntry... entries) {
        return page("/", ListingOptions.DEFAULT, entries);
    }

    @Test
    void showsFoldersFirstThenFilesByName() {
        var page = page(file("b10"), file("b9"), folder("z", 0), file("A"), folder("y", 0));
        assertThat(page.names()).containsExactly("y/", "z/", "A", "b9", "b10");
    }

    @Test
    void sortsByEveryColumnInBothDirectionsAndFoldersStayInFront() {
        DirectoryEntry[] entries = {
            file("a", 5, 30), file("b", 7, 10), file("c", 5, 20), folder("d", 1), folder("e", 2)
        };
        assertThat(names(Sort.NAME, false, entries)).containsExactly("e/", "d/", "c", "b", "a");
        assertThat(names(Sort.SIZE, true, entries)).containsExactly("d/", "e/", "a", "c", "b");
        assertThat(names(Sort.SIZE, false, entries)).containsExactly("d/", "e/", "b", "a", "c");
        assertThat(names(Sort.TIME, true, entries)).containsExactly("d/", "e/", "b", "c", "a");
        assertThat(names(Sort.TIME, false, entries)).containsExactly("e/", "d/", "a", "c", "b");
    }

    private static List<String> names(Sort sort, boolean ascending, DirectoryEntry... entries) {
        return page("/", new ListingOptions(false, sort, ascending), entries).names();
    }

    @Test
    void offersTheOtherOrderOfTheColumnThatIsSortedAndSaysWhichThatIs() {
        var page = page("/", new ListingOptions(false, Sort.SIZE, false), file("a"));
        var columns = page.all("th").subList(0, 3);
        assertThat(columns).extracting(column -> column.attribute("scope")).containsOnly("col");
        assertThat(columns)
                .extracting(column -> column.attribute("aria-sort"))
                .containsExactly("", "descending", "");
        var links = page.all("a").stream()
                .filter(link -> link.attribute("href").startsWith("?sort"))
                .toList();
        assertThat(links)
                .extracting(link -> link.attribute("href"))
                .containsExactly(
                        "?sort=name&order=asc", "?sort=size&order=asc", "?sort=time&order=desc");
        assertThat(links).extracting(link -> link.attribute("rel")).containsOnly("nofollow");
        assertThat(columns)
                .extracting(Page.Element::text)
                .containsExactly("Name", "Size \u2193", "Modified (UTC)");
        var other = page("/", new ListingOptions(false, Sort.TIME, true), file("a"));
        assertThat(other.all("th").subList(0, 3))
                .extracting(column -> column.text() + " " + column.attribute("aria-sort"))
                .containsExactly("Name ", "Size ", "Modified (UTC) \u2191 ascending");
    }

    @Test
    void tellsSizesForPeopleAndExactlyAndTimesInUtc() {
        var page = page(file("a", 1_234_567, TIME));
        assertThat(page.all("td").getFirst().text()).isEqualTo("1.2 MB");
        assertThat(page.all("td").getFirst().attribute("title")).isEqualTo("1,234,567 bytes");
        assertThat(page.one("time").text()).isEqualTo("2026-11-22 10:30");
        assertThat(page.one("time").attribute("datetime")).isEqualTo("2026-11-22T10:30:59Z");
    }

    @Test
    void tellsHowMuchThereIs() {
        var page = page(folder("a", 0), file("b", 1_500, 0), file("c", 500, 0));
        assertThat(page.one("p").text()).isEqualTo("1 folder, 2 files, 2.0 kB");
        assertThat(page(folder("a", 0)).one("p").text()).isEqualTo("1 folder, 0 files");
    }

    @Test
    void saysWhenThereIsNothingOrMoreOrAnError() {
        assertThat(page().text()).contains("0 folders, 0 files").contains("This folder is empty.");
        var broken = new DirectoryEntries(List.of(file("a")), true, -Errno.EIO);
        var page = Page.parse(read(listing("/", ListingOptions.DEFAULT, broken), 1000));
        assertThat(page.text())
                .contains("There are more than 100,000 entries; the others are not shown.")
                .contains("Not all entries could be read: EIO (input/output error).");
    }

    @Test
    void leadsBackToEveryFolderAbove() {
        var page = page("/a/b c/d/", ListingOptions.DEFAULT, file("x"));
        var base = URI.create("http://host/a/b%20c/d/");
        assertThat(page.one("title").text()).isEqualTo("Index of /a/b c/d/");
        assertThat(page.one("h1").text()).isEqualTo("d");
        assertThat(page.all("a").subList(0, 3))
                .extracting(link -> base.resolve(link.attribute("href")).getPath())
                .containsExactly("/", "/a/", "/a/b c/");
        assertThat(page.names()).containsExactly("Parent folder", "x");
        assertThat(page.all("a"))
                .filteredOn(link -> link.text().equals("Parent folder"))
                .extracting(link -> base.resolve(link.attribute("href")).getPath())
                .containsExactly("/a/b c/");
        assertThat(page.all("bdi").subList(0, 4))
                .extracting(Page.Element::text)
                .containsExactly("a", "b c", "d", "d");
        assertThat(page.all("use").stream().map(use -> use.attribute("href")))
                .startsWith("#home", "#up");
        assertThat(page.all("span").stream()
                        .filter(span -> !span.attribute("aria-current").isEmpty()))
                .extracting(Page.Element::text)
                .containsExactly("d");
    }

    @Test
    void hasNoWayUpFromTheRoot() {
        var page = page(file("x"));
        assertThat(page.one("title").text()).isEqualTo("Index of /");
        assertThat(page.all("nav")).isEmpty();
        assertThat(page.names()).containsExactly("x");
    }

    @Test
    void keepsTheOrderOnTheWayThroughFolders() {
        var page = page("/a/", new ListingOptions(false, Sort.TIME, false), folder("b", 0));
        assertThat(page.all("a"))
                .extracting(link -> link.attribute("href"))
                .contains("../?sort=time&order=desc", "b/?sort=time&order=desc");
    }

    @Test
    void linksEveryNameSoThatItIsTheNameAgainWhenDecoded() {
        for (byte[] hostile : hostileNames()) {
            byte[] name = withoutSlash(hostile); // no name on a disk has one
            var entry = new DirectoryEntry(name, FileKind.REGULAR, 1, TIME);
            var page = page("/some/folder/", ListingOptions.DEFAULT, entry);
            var links = page.all("a");
            var href = links.get(links.size() - 2).attribute("href");
            var uri = URI.create("http://host/some/folder/").resolve(href);
            assertThat(uri.getHost()).isEqualTo("host");
            byte[] path = bytes(uri.getRawPath());
            var target = new RequestTarget();
            int length = target.decode(MemorySegment.ofArray(path), 0, path.length);
            assertThat(length).isEqualTo("/some/folder/".length() + name.length);
            assertThat(target.bytes()).startsWith(bytes("/some/folder/"));
            assertThat(MemorySegment.ofArray(target.bytes())
                            .asSlice(13, name.length)
                            .toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(name);
        }
    }

    /** {@link Page#parse} fails on a page that a name has broken. */
    @Test
    void namesCannotChangeThePage() {
        var plain = page("/x/", ListingOptions.DEFAULT, file("x"));
        for (byte[] name : hostileNames()) {
            var text = new String(name, StandardCharsets.UTF_8);
            var path = "/" + text.replace("/", "") + "/";
            var entry = new DirectoryEntry(name, FileKind.REGULAR, 1, TIME);
            var page = page(path, ListingOptions.DEFAULT, entry);
            assertThat(withoutMarks(page)).as(text).isEqualTo(withoutMarks(plain));
        }
    }

    private static List<String> withoutMarks(Page page) {
        return page.elements().stream()
                .filter(element -> !element.attribute("class").equals("u"))
                .map(Page.Element::name)
                .toList();
    }

    private static byte[] withoutSlash(byte[] name) {
        var out = new ByteArrayOutputStream();
        for (byte octet : name) {
            if (octet != '/') {
                out.write(octet);
            }
        }
        return out.toByteArray();
    }

    private static List<byte[]> hostileNames() {
        List<byte[]> names = new ArrayList<>(List.of(
                bytes("<script>alert(1)</script>"),
                bytes("\"><img src=x onerror=alert(1)>"),
                bytes("' onmouseover='alert(1)"),
                bytes("</title></style></table><h1>"),
                bytes("<!--"),
                bytes("&amp;&lt;&#60;&"),
                bytes("javascript:alert(1)"),
                bytes("http:"),
                bytes("%2e%2e%2f"),
                bytes("?sort=size#x"),
                bytes("a\nb\tc"),
                bytes("\u202Egpj.exe"),
                bytes("\uD83D\uDE00\u200Bx"),
                bytes("..."),
                bytes("-"),
                new byte[] {(byte) 0xE9},
                new byte[] {(byte) 0xF0, (byte) 0x9F, '<', 'b', '>'},
                new byte[] {(byte) 0xC0, (byte) 0xBC, (byte) 0xED, (byte) 0xA0, (byte) 0x80}));
        byte[] every = new byte[254];
        int length = 0;
        for (int octet = 1; octet < 256; octet++) {
            if (octet != '/') {
                every[length++] = (byte) octet;
            }
        }
        names.add(every);
        return names;
    }

    @Test
    void showsWhatCannotBeSeen() {
        var page = page(
                file("\u202Egpj.exe"),
                file("a\nb"),
                file("zero\u200Bwidth"),
                new DirectoryEntry(new byte[] {'x', (byte) 0xE9}, FileKind.REGULAR, 1, 1));
        assertThat(page.names())
                .containsExactlyInAnyOrder(
                        "U+202Egpj.exe", "aU+000Ab", "zeroU+200Bwidth", "x\uFFFD");
    }

    @Test
    void leavesTheJoinersOfScriptsAndEmojiAlone() {
        var persian = "می\u200Cخواهم";
        var family = "\uD83D\uDC69\u200D\uD83D\uDC67";
        assertThat(page(file(persian), file(family)).names())
                .containsExactlyInAnyOrder(persian, family);
    }

    @Test
    void needsNothingFromElsewhere() {
        var html = html("/a/", ListingOptions.DEFAULT, file("a"), folder("b", 0));
        assertThat(html.replaceAll("(?s)<script>.*?</script>", ""))
                .doesNotContain("url(")
                .doesNotContain("@import")
                .doesNotContain("src=")
                .doesNotContain("http");
    }

    @Test
    void isJsonWhenAsked() {
        assertThat(html("/", JSON)).isEqualTo("{\"complete\":true,\"entries\":[]}\n");
        var latin = new DirectoryEntry(
                new byte[] {'"', (byte) 0xE9, '\n', '\\'}, FileKind.REGULAR, 42, -1);
        assertThat(html("/", JSON, latin, folder("ä b", TIME))).isEqualTo("""
            {"complete":true,"entries":[
            {"name":"ä b","href":"%C3%A4%20b/","type":"directory",\
            "mtime":"2026-11-22T10:30:59Z"},
            {"name":"\\"\uFFFD\\u000A\\\\","href":"%22%E9%0A%5C","type":"file","size":42,\
            "mtime":"1969-12-31T23:59:59Z"}
            ]}
            """);
    }

    @Test
    void saysInJsonWhenItIsNotComplete() {
        var cut = new DirectoryEntries(List.of(file("a")), true, 0);
        assertThat(read(listing("/", JSON, cut), 1000))
                .startsWith("{\"complete\":false,\"reason\":\"There are more than 100,000 entries;"
                        + " the others are not shown.\",\"entries\":[\n{\"name\":\"a\"");
        var broken = new DirectoryEntries(List.of(), false, -Errno.EIO);
        assertThat(read(listing("/", JSON, broken), 1000))
                .isEqualTo("{\"complete\":false,\"reason\":\"Not all entries could be read: EIO"
                        + " (input/output error).\",\"entries\":[]}\n");
    }

    @Test
    void namesItsContentType() {
        var none = new DirectoryEntries(List.of(), false, 0);
        assertThat(listing("/", JSON, none).contentType()).isEqualTo("application/json");
        assertThat(listing("/", ListingOptions.DEFAULT, none).contentType())
                .isEqualTo("text/html; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void isAsLongAsItSaidHoweverItIsPulled(long seed) {
        var random = new Random(seed);
        List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(200); i > 0; i--) {
            byte[] name = new byte[1 + random.nextInt(255)];
            random.nextBytes(name);
            var kind = random.nextBoolean() ? FileKind.REGULAR : FileKind.DIRECTORY;
            long size = random.nextLong(Long.MAX_VALUE) >> random.nextInt(63);
            entries.add(new DirectoryEntry(name, kind, size, random.nextInt()));
        }
        var path = "/" + "<folder>/".repeat(random.nextInt(40));
        var directory = new DirectoryEntries(entries, random.nextBoolean(), 0);
        for (var sort : Sort.values()) {
            var options = new ListingOptions(random.nextBoolean(), sort, random.nextBoolean());
            var whole = read(listing(path, options, directory), 1 << 20);
            assertThat(read(listing(path, options, directory), 1 + random.nextInt(50)))
                    .isEqualTo(whole);
            assertThat(read(listing(path, options, directory), 32 << 10)).isEqualTo(whole);
        }
    }

    /** 2,000 folders, each of them a link of up to 6,000 bytes. */
    @Test
    void writesPiecesThatAreLongerThanItsBuffer() {
        var page = page("/" + "a/".repeat(2_000), ListingOptions.DEFAULT, file("x"));
        assertThat(page.all("li")).hasSize(2_001);
        assertThat(page.all("a").getFirst().attribute("href")).isEqualTo("../".repeat(2_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&&",
                "sort=",
                "sort=Size",
                "sort=size2",
                "order=up",
                "format=xml",
                "page=",
                "page=0",
                "page=x",
                "page=-1",
                "page=1234567"
            })
    void takesOptionsItDoesNotKnowForNone(String query) {
        assertThat(parse(query, false)).isEqualTo(ListingOptions.DEFAULT);
    }

    @Test
    void readsItsOptionsFromAQuery() {
        assertThat(parse("sort=size", false)).isEqualTo(new ListingOptions(false, Sort.SIZE, true));
        assertThat(parse("x=1&order=desc&sort=time", false))
                .isEqualTo(new ListingOptions(false, Sort.TIME, false));
        assertThat(parse("sort=size&sort=name", false)).isEqualTo(ListingOptions.DEFAULT);
        assertThat(parse("page=12&sort=size", false))
                .isEqualTo(new ListingOptions(false, Sort.SIZE, true, 12));
        assertThat(parse("format=json", false)).isEqualTo(JSON);
        assertThat(parse("", true)).isEqualTo(JSON);
        assertThat(parse("format=html", true)).isEqualTo(ListingOptions.DEFAULT);
    }

    private static ListingOptions parse(String query, boolean json) {
        byte[] bytes = bytes("?" + query + "#");
        var segment = MemorySegment.ofArray(bytes);
        return ListingOptions.parse(segment, 1, bytes.length - 1, json);
    }
}
