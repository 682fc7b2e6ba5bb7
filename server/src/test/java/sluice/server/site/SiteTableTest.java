package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.RequestHead;
import sluice.io.Machinery;
import sluice.server.ServedFiles;
import sluice.server.testing.Budgets;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which site a request is for: RFC 9110 sections 4.2.3 and 7.2, RFC 9112 section 3.2.2. */
final class SiteTableTest {
    private static final int MANY = 100;

    @TempDir
    private Path root;

    private ServerResources resources;
    private Site first;
    private final Map<String, Site> named = new LinkedHashMap<>();

    @BeforeEach
    void open() throws IOException {
        resources = new ServerResources(Machinery.defaults().cell(), Budgets.withOpenFiles(10));
        first = site();
        for (String name : new String[] {"example.com", "127.0.0.1", "[::1]", "a-b_c.test", "az"}) {
            named.put(SiteTable.key(name), site());
        }
    }

    private Site site() throws IOException {
        return Site.open(ServedFiles.in(root), resources);
    }

    @AfterEach
    void close() {
        named.values().forEach(site -> site.close(true));
        first.close(true);
        resources.close();
    }

    private static int find(SiteTable table, String head) {
        RequestHead parsed = new RequestHead();
        byte[] octets = (head + "\r\n\r\n").getBytes(ISO_8859_1);
        assertThat(parsed.parse(MemorySegment.ofArray(octets), 0, octets.length))
                .isPositive();
        return table.find(parsed);
    }

    private Site found(String head) {
        SiteTable table = new SiteTable(first, named, AllowedHosts.ANY);
        return table.at(find(table, head));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.com, example.com",
        "eXaMpLe.CoM:8080, example.com",
        "example.com:80, example.com",
        "example.com:, example.com",
        "127.0.0.1, 127.0.0.1",
        "127.0.0.1:8000, 127.0.0.1",
        "[::1], [::1]",
        "[::1]:8000, [::1]",
        "example.com., example.com",
        "example.com.:80, example.com",
        "a-b_c.test, a-b_c.test",
        "AZ, az"
    })
    void aHostIsFoundWhateverItsLettersItsPortAndTheDotOfAnAbsoluteName(String host, String name) {
        assertThat(found("GET / HTTP/1.1\r\nHost: " + host)).isSameAs(named.get(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "example.co",
                "xexample.com",
                "example.com..",
                "www.example.com",
                "127.0.0.2",
                "[::2]:80",
                "80"
            })
    void whatNamesNoSiteIsForTheFirst(String host) {
        assertThat(found("GET / HTTP/1.1\r\nHost: " + host)).isSameAs(first);
    }

    @Test
    void aRequestThatNamesNoHostIsForTheFirst() {
        assertThat(found("GET / HTTP/1.0")).isSameAs(first);
        assertThat(found("GET / HTTP/1.1\r\nHost:")).isSameAs(first);
    }

    @Test
    void theAuthorityOfTheTargetOverridesHost() {
        assertThat(found("GET http://Example.COM:81/ HTTP/1.1\r\nHost: [::1]"))
                .isSameAs(named.get("example.com"));
        assertThat(found("GET http://other/ HTTP/1.1\r\nHost: [::1]")).isSameAs(first);
    }

    @Test
    void ofManyEachIsFound() throws IOException {
        Map<String, Site> many = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            many.put("host" + i, named.get("example.com"));
        }
        Site last = named.get("[::1]");
        for (int i = 0; i < MANY; i++) {
            many.put("host" + i, last);
            SiteTable table = new SiteTable(first, many, AllowedHosts.ANY);
            assertThat(table.at(find(table, "GET / HTTP/1.1\r\nHost: HOST" + i)))
                    .isSameAs(last);
            many.put("host" + i, named.get("example.com"));
        }
    }

    @Test
    void theNameOfASiteIsInSmallLettersAndWithoutTheDotOfAnAbsoluteName() {
        assertThat(SiteTable.key("Example.COM.")).isEqualTo("example.com");
        assertThat(SiteTable.key("example.com")).isEqualTo("example.com");
        assertThat(SiteTable.key(".")).isEqualTo(".");
    }

    @Test
    void aTableWithAnotherSiteForANameHasTheOthersAsBefore() {
        SiteTable table = new SiteTable(first, named, AllowedHosts.ANY);
        Site other = Objects.requireNonNull(named.get("az"));
        SiteTable replaced = table.with("example.com", other);
        assertThat(replaced.exactly("example.com")).isSameAs(other);
        assertThat(replaced.exactly("[::1]")).isSameAs(named.get("[::1]"));
        assertThat(replaced.exactly(null)).isSameAs(first);
        assertThat(replaced.size()).isEqualTo(table.size());
        SiteTable added = table.with("new.example", other);
        assertThat(added.exactly("new.example")).isSameAs(other);
        assertThat(added.size()).isEqualTo(table.size() + 1);
        SiteTable moved = table.with(null, other);
        assertThat(moved.exactly(null)).isSameAs(other);
        assertThat(moved.exactly("[::1]")).isSameAs(named.get("[::1]"));
        assertThat(moved.size()).isEqualTo(table.size());
    }

    @Test
    void exactlyANameIsNoOtherThatTheFirstSiteAnswersTo() {
        SiteTable table = new SiteTable(first, named, AllowedHosts.ANY);
        assertThat(table.exactly("example.org")).isNull();
        assertThat(table.isOne()).isFalse();
        assertThat(new SiteTable(first, Map.of(), AllowedHosts.ANY).isOne()).isTrue();
    }

    @Test
    void onlyTheFirstSiteIsBoundToTheHostsThatTheServerAllows() {
        AllowedHosts own = AllowedHosts.of(List.of(new InetSocketAddress("::1", 0)), Set.of());
        SiteTable table = new SiteTable(first, named, own);
        for (SiteTable each : List.of(table, table.with(null, first), table.ending())) {
            assertThat(each.hostsAt(SiteTable.FIRST)).isSameAs(own);
            assertThat(each.hostsAt(1)).isSameAs(AllowedHosts.ANY);
        }
    }

    @Test
    void aTableOfAServerThatEndsHasTheSameSites() {
        SiteTable table = new SiteTable(first, named, AllowedHosts.ANY);
        assertThat(table.isEnding()).isFalse();
        assertThat(table.ending().isEnding()).isTrue();
        assertThat(table.all()).hasSize(named.size() + 1).startsWith(first);
        assertThat(table.ending().all()).isEqualTo(table.all());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "example.com:80", "[::1", "::1", "a b", "a/b", "http://a", "bücher"})
    void aNameThatNoRequestCanHaveIsRefused(String name) {
        assertThatThrownBy(() -> SiteTable.key(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a site's name must be a host without a port: '" + name + "'");
    }
}
