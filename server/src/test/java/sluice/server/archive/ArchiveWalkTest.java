package sluice.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.SymlinkPolicy;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.root.DocumentRoot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a walk finds, in which order, and where it ends. */
final class ArchiveWalkTest {
    private static final byte[] INDEX = "index.html".getBytes(US_ASCII);

    @TempDir
    private Path root;

    private final ListingBudget budget = new ListingBudget(0);
    private final KeptArchives kept = new KeptArchives();
    private boolean wanted = true;

    @BeforeEach
    void plant() throws IOException {
        Files.createDirectories(root.resolve("b/c"));
        for (String name : List.of("a", "b/z", "b/c/x", "b.txt", "c")) {
            Files.writeString(root.resolve(name), name);
        }
    }

    private Lookup.@Nullable Missing end(int most) throws IOException {
        try (DocumentRoot open = DocumentRoot.open(root, SymlinkPolicy.INSIDE)) {
            var walk = new ArchiveWalk(
                    open, new byte[] {'/'}, INDEX, false, budget.begin(() -> wanted), most);
            Archive archive = walk.walk(kept);
            if (archive != null) {
                archive.release();
                return null;
            }
            return walk.reason();
        }
    }

    private Archive archive() throws IOException {
        try (DocumentRoot open = DocumentRoot.open(root, SymlinkPolicy.INSIDE)) {
            var walk =
                    new ArchiveWalk(open, new byte[] {'/'}, INDEX, false, budget.begin(() -> true));
            return Objects.requireNonNull(walk.walk(kept), "the archive");
        }
    }

    private boolean roomIsBack() {
        kept.clear();
        var draft = budget.begin(() -> true);
        boolean all = draft.more(100 * 100_001);
        draft.release();
        return all;
    }

    @Test
    void theOrderIsThatOfTheNamesOctets() throws IOException {
        Archive archive = archive();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < archive.count(); i++) {
            paths.add(new String(archive.entry(i).path(), US_ASCII));
        }
        assertThat(paths).containsExactly("", "a", "b/", "b/c/", "b/c/x", "b/z", "b.txt", "c");
        archive.release();
    }

    @Test
    void aWalkEndsWhereTheEntriesAreTooMany() throws IOException {
        assertThat(end(8)).isNull();
        assertThat(end(7)).isEqualTo(Lookup.Missing.TOO_MANY);
        assertThat(roomIsBack()).isTrue();
    }

    @Test
    void aWalkEndsWhenNobodyWaitsForIt() throws IOException {
        wanted = false;
        assertThat(end(8)).isEqualTo(Lookup.Missing.BUSY);
        assertThat(roomIsBack()).isTrue();
    }

    @Test
    void aWalkEndsWhileOthersHaveTheRoom() throws IOException {
        var others = budget.begin(() -> true);
        others.more(100 * 100_001);
        assertThat(end(8)).isEqualTo(Lookup.Missing.BUSY);
        others.release();
        assertThat(end(8)).isNull();
    }

    @Test
    void aDirectoryThatIsNotThereIsNotFound() throws IOException {
        Files.delete(root.resolve("b/c/x"));
        Files.delete(root.resolve("b/c"));
        try (DocumentRoot open = DocumentRoot.open(root, SymlinkPolicy.INSIDE)) {
            byte[] path = "/b/c/".getBytes(US_ASCII);
            var walk = new ArchiveWalk(open, path, INDEX, false, budget.begin(() -> true));
            assertThat(walk.walk(kept)).isNull();
            assertThat(walk.reason()).isEqualTo(Lookup.Missing.NOT_FOUND);
        }
    }

    @Test
    void anArchiveIsKeptForItsTagAndUntilItIsOutdated() throws IOException {
        Archive archive = archive();
        byte[] path = {'/'};
        Archive again = Objects.requireNonNull(kept.find(path, archive.tag()), "kept");
        assertThat(again).isSameAs(archive);
        again.release();
        assertThat(kept.find(path, "\"x\"".getBytes(US_ASCII))).isNull();
        assertThat(kept.find("/b/".getBytes(US_ASCII), archive.tag())).isNull();
        archive.outdate();
        assertThat(kept.find(path, archive.tag())).isNull();
        archive.release();
        kept.sweep(System.nanoTime());
        assertThat(roomIsBack()).isTrue();
    }
}
