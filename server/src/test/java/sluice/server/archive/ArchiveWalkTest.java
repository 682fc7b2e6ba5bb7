package sluice.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.linux.Errno;
import sluice.server.SymlinkPolicy;
import sluice.server.content.Lookup;
import sluice.server.listing.ListingBudget;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DocumentRoot;
import sluice.server.testing.Descriptors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

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

    /** A walk during which something happens each time when it is asked whether it is wanted. */
    private @Nullable Archive archive(Runnable meanwhile) throws IOException {
        try (DocumentRoot open = DocumentRoot.open(root, SymlinkPolicy.INSIDE)) {
            var draft = budget.begin(() -> {
                meanwhile.run();
                return true;
            });
            var walk = new ArchiveWalk(open, new byte[] {'/'}, INDEX, false, draft);
            Archive archive = walk.walk(kept);
            assertThat(archive != null || walk.reason() == Lookup.Missing.FAILED)
                    .isTrue();
            return archive;
        }
    }

    private static List<String> paths(Archive archive) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < archive.count(); i++) {
            paths.add(new String(archive.entry(i).path(), US_ASCII));
        }
        archive.release();
        return paths;
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
        assertThat(paths(archive()))
                .containsExactly("", "a", "b/", "b/c/", "b/c/x", "b/z", "b.txt", "c");
    }

    @Test
    void aLinkIsWhatItLeadsToButADirectoryIsNotPutIntoItself() throws IOException {
        Files.createSymbolicLink(root.resolve("b/c/link"), Path.of("x"));
        Files.createSymbolicLink(root.resolve("b/c/self"), Path.of("."));
        Files.createSymbolicLink(root.resolve("b/c/top"), Path.of("../.."));
        Files.createSymbolicLink(root.resolve("d"), Path.of("b/c"));
        assertThat(paths(archive()))
                .containsExactly(
                        "",
                        "a",
                        "b/",
                        "b/c/",
                        "b/c/link",
                        "b/c/x",
                        "b/z",
                        "b.txt",
                        "c",
                        "d/",
                        "d/link",
                        "d/x");
    }

    @Test
    void ofADirectoryWithAnIndexNothingElseIsThere() throws IOException {
        Files.writeString(root.resolve("b/index.html"), "index");
        Files.createDirectories(root.resolve("d/index.html"));
        Files.writeString(root.resolve("d/e"), "e");
        assertThat(paths(archive()))
                .containsExactly(
                        "", "a", "b/", "b/index.html", "b.txt", "c", "d/", "d/e", "d/index.html/");
    }

    @Test
    void whatGoesDuringTheWalkIsLeftOut() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Archive archive = archive(() -> {
            // By then the top directory has been read, which has 4 names.
            if (asked.incrementAndGet() == 6) {
                delete("c");
                delete("b/c/x");
                delete("b/c");
            }
        });
        assertThat(paths(Objects.requireNonNull(archive)))
                .containsExactly("", "a", "b/", "b/z", "b.txt");
    }

    private void delete(String name) {
        try {
            Files.delete(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDirectoryThatGoesWhileItIsListedIsLeftOut() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Archive archive = archive(() -> {
            // While the names of b are read, the top and its "a" have been counted.
            if (asked.incrementAndGet() == 8) {
                delete("b/c/x");
                delete("b/c");
                delete("b/z");
                delete("b");
            }
        });
        assertThat(paths(Objects.requireNonNull(archive))).containsExactly("", "a", "b.txt", "c");
    }

    /** Nobody could tell what is missing. */
    @Test
    void aDirectoryThatCannotBeReadToItsEndHasNoArchive() throws IOException {
        try (DocumentRoot open = DocumentRoot.open(root, SymlinkPolicy.INSIDE)) {
            var draft = budget.begin(() -> true);
            var walk = new ArchiveWalk(withBadDisk(open), new byte[] {'/'}, INDEX, false, draft);
            assertThat(walk.walk(kept)).isNull();
            assertThat(walk.reason()).isEqualTo(Lookup.Missing.FAILED);
        }
        assertThat(roomIsBack()).isTrue();
    }

    /** Lists directories to a bad sector. */
    private static DocumentRoot withBadDisk(DocumentRoot root) {
        return (DocumentRoot) Proxy.newProxyInstance(
                DocumentRoot.class.getClassLoader(),
                new Class<?>[] {DocumentRoot.class},
                (_, method, arguments) -> {
                    Object result = method.invoke(root, arguments);
                    return result instanceof DirectoryEntries listed
                            ? new DirectoryEntries(listed.entries(), false, -Errno.EIO)
                            : result;
                });
    }

    @Test
    void aWalkLeavesNothingOpen() throws IOException {
        assumeTrue(Descriptors.canBeCounted(), "there is no /proc");
        try (DocumentRoot open = DocumentRoot.open(root, SymlinkPolicy.INSIDE)) {
            int before = Descriptors.below(root);
            var walk =
                    new ArchiveWalk(open, new byte[] {'/'}, INDEX, false, budget.begin(() -> true));
            Archive archive = Objects.requireNonNull(walk.walk(kept), "the archive");
            assertThat(Descriptors.below(root)).isEqualTo(before);
            archive.release();
        }
    }

    @Test
    void aLongPathTakesMoreRoomThanAShortOne() throws IOException {
        Path name = root.resolve("s");
        Files.createFile(name);
        long withShort = roomBesideTheArchive();
        Files.move(name, root.resolve("l".repeat(240)));
        assertThat(roomBesideTheArchive()).isEqualTo(withShort - 2);
    }

    private long roomBesideTheArchive() throws IOException {
        Archive archive = archive();
        var draft = budget.begin(() -> true);
        long entries = 0;
        while (draft.more()) {
            entries++;
        }
        draft.release();
        archive.release();
        kept.clear();
        return entries;
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
        assertThat(end(0)).isEqualTo(Lookup.Missing.BUSY);
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
