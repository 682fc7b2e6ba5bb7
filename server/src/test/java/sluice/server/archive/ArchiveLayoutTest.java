package sluice.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import sluice.server.listing.ListingBudget;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Where the entries of an archive are in its tar, what its tag depends on, and who uses it. */
final class ArchiveLayoutTest {
    private static final int BLOCK = 512;
    private static final FileStat FOLDER =
            new FileStat(4_096, 1, 2, 3, 4, 5, 6, 2, FileKind.DIRECTORY);
    private static final FileStat FILE = file(700);

    private final ListingBudget budget = new ListingBudget(0);

    private static FileStat file(long size) {
        return new FileStat(size, 1, 2, 3, 4, 5, 6, 1, FileKind.REGULAR);
    }

    private static Archive.Entry entry(String path, FileStat stat) {
        return new Archive.Entry(path.getBytes(US_ASCII), stat);
    }

    private Archive archive(String directory, Archive.Entry... entries) {
        ListingBudget.Draft draft = budget.begin(() -> true);
        return new Archive(directory.getBytes(US_ASCII), List.of(entries), draft);
    }

    /** A folder, and files of which each has another number of octets in its last block. */
    private Archive several() {
        return archive(
                "/a/b/",
                entry("", FOLDER),
                entry("empty", file(0)),
                entry("one", file(1)),
                entry("sub/", FOLDER),
                entry("sub/block", file(BLOCK)),
                entry("sub/" + "long".repeat(40), file(700)));
    }

    private static String text(byte[] octets) {
        return new String(octets, US_ASCII);
    }

    private static List<Long> starts(Archive archive) {
        List<Long> starts = new ArrayList<>();
        for (int i = 0; i < archive.count(); i++) {
            starts.add(archive.start(i));
        }
        return starts;
    }

    /** Only the last name is too long for a block: its head has two more. */
    @Test
    void eachEntryBeginsWhereTheLastBlockOfTheOneBeforeEnds() {
        Archive archive = several();
        assertThat(starts(archive)).containsExactly(0L, 512L, 1_024L, 2_048L, 2_560L, 3_584L);
        assertThat(archive.head(5)).hasSize(3 * BLOCK);
    }

    /** Two blocks of zeros end it (POSIX.1-2024, pax). */
    @Test
    void aTarIsAllItsEntriesAndTwoBlocks() {
        assertThat(several().length()).isEqualTo(3_584 + 3 * BLOCK + 2 * BLOCK + 2 * BLOCK);
        assertThat(archive("/", entry("", FOLDER)).length()).isEqualTo(3 * BLOCK);
    }

    @Test
    void everyOctetIsOfTheEntryThatBeganLastOrOfTheEnd() {
        Archive archive = several();
        assertThat(archive.at(0)).isZero();
        assertThat(archive.at(511)).isZero();
        assertThat(archive.at(512)).isEqualTo(1);
        assertThat(archive.at(2_047)).isEqualTo(2);
        assertThat(archive.at(archive.length() - 2 * BLOCK - 1)).isEqualTo(5);
        assertThat(archive.at(archive.length() - 2 * BLOCK)).isEqualTo(archive.count());
        assertThat(archive.at(archive.length() - 1)).isEqualTo(archive.count());
    }

    @Test
    void theOctetsOfContentsInARangeAreThoseOfFilesOfTheGivenSizes() {
        Archive archive = several();
        long[][] sizes = {{0, Long.MAX_VALUE}, {1, 1}, {2, 511}, {512, 700}, {513, 699}};
        for (long[] size : sizes) {
            BitSet contents = contents(archive, size[0], size[1]);
            for (int from = 0; from < archive.length(); from += 349) {
                for (int to = from; to <= archive.length(); to += 255) {
                    assertThat(archive.contents(from, to, size[0], size[1]))
                            .as("%d of [%d, %d)", size[0], from, to)
                            .isEqualTo(contents.get(from, to).cardinality());
                }
            }
        }
    }

    /** The octets of contents in the tar, one by one. */
    private static BitSet contents(Archive archive, long least, long most) {
        BitSet octets = new BitSet();
        for (int i = 0; i < archive.count(); i++) {
            int content = (int) archive.start(i) + archive.head(i).length;
            int size = (int) archive.entry(i).size();
            if (size >= least && size <= most) {
                octets.set(content, content + size);
            }
        }
        return octets;
    }

    @Test
    void entriesAreBelowTheNameOfTheirDirectoryAndThatOfTheRootIsFiles() {
        Archive archive = several();
        assertThat(text(archive.name())).isEqualTo("b");
        assertThat(text(archive.head(2))).startsWith("b/one\0");
        assertThat(text(archive.served(0))).isEqualTo("a/b/");
        assertThat(text(archive.served(2))).isEqualTo("a/b/one");
        Archive root = archive("/", entry("", FOLDER), entry("one", FILE));
        assertThat(text(root.name())).isEqualTo("files");
        assertThat(text(root.head(0))).startsWith("files/\0");
        assertThat(text(root.head(1))).startsWith("files/one\0");
        assertThat(text(root.served(1))).isEqualTo("one");
        assertThat(text(archive("/c/", entry("", FOLDER)).name())).isEqualTo("c");
    }

    @Test
    void archivesOfTheSameFilesHaveTheSameTag() {
        assertThat(several().tag()).isEqualTo(several().tag());
        assertThat(text(several().tag())).matches("\"tar-[0-9a-f]{32}\"");
    }

    @Test
    void aNameASizeATimeOrAFileThatIsAnotherGivesAnotherTag() {
        List<Archive> others = List.of(
                archive("/", entry("a", FILE)),
                archive("/", entry("b", FILE)),
                archive("/", entry("a", FILE), entry("a", FILE)),
                archive("/", entry("a", file(701))),
                archive("/", entry("a", new FileStat(700, 0, 2, 3, 4, 5, 6, 1, FileKind.REGULAR))),
                archive("/", entry("a", new FileStat(700, 1, 0, 3, 4, 5, 6, 1, FileKind.REGULAR))),
                archive("/", entry("a", new FileStat(700, 1, 2, 0, 4, 5, 6, 1, FileKind.REGULAR))),
                archive("/", entry("a", new FileStat(700, 1, 2, 3, 0, 5, 6, 1, FileKind.REGULAR))),
                archive("/", entry("a", new FileStat(700, 1, 2, 3, 4, 0, 6, 1, FileKind.REGULAR))));
        assertThat(others.stream().map(Archive::tag).map(Arrays::toString)).doesNotHaveDuplicates();
    }

    /** Its size, and the second and number of its last change, change with every name in it. */
    @Test
    void ofADirectoryOnlyTheSecondCountsThatItsHeadHas() {
        byte[] tag = archive("/", entry("", FOLDER)).tag();
        FileStat other = new FileStat(8_192, 1, 0, 0, 0, 0, 0, 3, FileKind.DIRECTORY);
        assertThat(archive("/", entry("", other)).tag()).isEqualTo(tag);
        FileStat later = new FileStat(4_096, 2, 2, 3, 4, 5, 6, 2, FileKind.DIRECTORY);
        assertThat(archive("/", entry("", later)).tag()).isNotEqualTo(tag);
    }

    @Test
    void theRoomIsGivenBackOnceWhenNobodyUsesItAnyMore() {
        long all = room();
        ListingBudget.Draft draft = budget.begin(() -> true);
        assertThat(draft.more(1_000)).isTrue();
        Archive archive = new Archive(new byte[] {'/'}, List.of(entry("", FOLDER)), draft);
        assertThat(archive.retain()).isTrue();
        archive.release();
        assertThat(room()).isEqualTo(all - 10);
        archive.release();
        assertThat(room()).isEqualTo(all);
        assertThat(archive.retain()).isFalse();
    }

    private long room() {
        ListingBudget.Draft draft = budget.begin(() -> true);
        long entries = 0;
        while (draft.more()) {
            entries++;
        }
        draft.release();
        return entries;
    }

    @Test
    void itIsUnusedFromItsLastUseOnIfNobodyButItsKeeperUsesIt() {
        Archive archive = several();
        long second = Duration.ofSeconds(1).toNanos();
        assertThat(archive.isUnusedSince(System.nanoTime() - second)).isFalse();
        assertThat(archive.isUnusedSince(System.nanoTime() + second)).isTrue();
        assertThat(archive.retain()).isTrue();
        assertThat(archive.isUnusedSince(System.nanoTime() + second)).isFalse();
        long before = System.nanoTime();
        archive.release();
        assertThat(archive.isUnusedSince(before)).isFalse();
        assertThat(archive.isUnusedSince(System.nanoTime() + second)).isTrue();
    }
}
