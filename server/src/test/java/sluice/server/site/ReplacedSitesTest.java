package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Machinery;
import sluice.server.ServedFiles;
import sluice.server.testing.Budgets;

import java.nio.file.Path;
import java.util.Map;

/** Which sites stay when all of them are replaced. */
final class ReplacedSitesTest {
    @Test
    void aSiteWithTheSameFilesStays(@TempDir Path root) throws Exception {
        ServedFiles plain = ServedFiles.in(root);
        ServedFiles unlisted = plain.withListing(false);
        var resources = new ServerResources(Machinery.defaults().cell(), Budgets.withOpenFiles(10));
        Sites sites = new Sites(plain, Map.of("a", plain), AllowedHosts.ANY, resources);
        Site first = sites.table().at(SiteTable.FIRST);
        Site named = sites.table().at(1);
        sites.replaceAll(ServedFiles.in(root), Map.of("A", unlisted), AllowedHosts.ANY);
        assertThat(sites.table().at(SiteTable.FIRST)).isSameAs(first);
        assertThat(sites.table().at(1)).isNotSameAs(named);
        assertThat(first.uses().retain(0)).as("admits requests").isTrue();
        first.uses().release(0);
        assertThat(named.uses().retain(0)).as("the one before admits requests").isFalse();
        sites.close();
    }
}
