package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.ChosenTypes;
import sluice.server.CacheLimits;
import sluice.server.EntityTags;
import sluice.server.ServedFiles;
import sluice.server.SymlinkPolicy;
import sluice.server.root.DocumentRoot;
import sluice.server.root.PathKey;
import sluice.server.root.Roots;
import sluice.server.rules.FieldRules;
import sluice.server.testing.Descriptors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** Which version of a file is believed in, how long, and when it is let go. */
final class FileCacheTest {
    private static final long FRESH = ServedFiles.FRESH.toNanos();
    private static final FileCache.Rules RULES = new FileCache.Rules(
            ServedFiles.MEMORY_UP_TO,
            FRESH,
            true,
            ChosenTypes.NONE,
            EntityTags.STAT,
            FieldRules.NONE);
    private static final int OPEN_MAX = 4;
    private static final long BODIES_MAX = 4 << 20;
    private static final int BIG = ServedFiles.MEMORY_UP_TO + 1;

    private Path root;
    private DocumentRoot documents;
    private final Eviction eviction = new Eviction(new CacheLimits(BODIES_MAX, 16_384, OPEN_MAX));
    private FileCache cache;
    private long now = 5_000_000_000L;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        assumeTrue(Descriptors.canBeCounted(), "no /proc to count open files in");
        root = folder;
        documents = DocumentRoot.open(root, SymlinkPolicy.INSIDE);
        cache = new FileCache(documents, null, eviction, RULES);
    }

    @AfterEach
    void close() {
        cache.close();
        documents.close();
        assertThat(Descriptors.below(root)).isZero();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(root.resolve(name), content);
    }

    private Path writeBig(String name, char letter) throws IOException {
        return write(name, String.valueOf(letter).repeat(BIG));
    }

    private Lookup find(String name) {
        byte[] octets = name.getBytes(ISO_8859_1);
        return cache.find(new PathKey().set(octets, 0, octets.length), now, true);
    }

    /** An entry in use, to be released. */
    private FileEntry entry(String name) {
        Lookup found = find(name);
        assertThat(found).isInstanceOf(FileEntry.class);
        return (FileEntry) found;
    }

    /** The entity tag under which a file is known now. */
    private String tag(String name) {
        FileEntry entry = entry(name);
        try {
            return new String(entry.representation().tag(), ISO_8859_1);
        } finally {
            entry.release();
        }
    }

    private int filesOpen() {
        return Descriptors.below(root) - 1; // without the root itself
    }

    @Test
    void aFileThatIsAskedForAgainIsTheSameEntry() throws IOException {
        write("small", "1");
        writeBig("big", 'a');
        for (String name : new String[] {"small", "big"}) {
            FileEntry first = entry(name);
            FileEntry second = entry(name);
            assertThat(second).isSameAs(first);
            first.release();
            second.release();
        }
        assertThat(filesOpen()).isEqualTo(1);
    }

    @Test
    void aSmallFileIsKeptInMemoryAndABigOneOpen() throws IOException {
        write("small", "1");
        assertThat(tag("small")).isNotEmpty();
        assertThat(filesOpen()).isZero();

        writeBig("big", 'a');
        assertThat(tag("big")).isNotEmpty();
        assertThat(filesOpen()).isEqualTo(1);
    }

    @Test
    void aSmallFileIsBelievedForAWhileAndThenSeenAsItIs() throws IOException {
        Path file = write("small", "1");
        FileTime time = Files.getLastModifiedTime(file);
        String before = tag("small");
        write("small", "2");
        Files.setLastModifiedTime(file, time);

        now += FRESH;
        assertThat(tag("small")).isEqualTo(before);
        now += 1;
        String after = tag("small");
        assertThat(after).isNotEqualTo(before);

        now += FRESH + 1;
        assertThat(tag("small")).isEqualTo(after);
    }

    @Test
    void aBigFileThatWasWrittenInPlaceIsNoticedAtOnce() throws IOException {
        writeBig("big", 'a');
        String before = tag("big");
        writeBig("big", 'b');

        assertThat(tag("big")).isNotEqualTo(before);
        assertThat(filesOpen()).isEqualTo(1);
    }

    @Test
    void aFileThatWasReplacedIsNoticedWhenItsNameIsNoLongerBelieved() throws IOException {
        writeBig("big", 'a');
        String before = tag("big");
        Path other = writeBig("other", 'b');
        Files.move(other, root.resolve("big"), ATOMIC_MOVE, REPLACE_EXISTING);

        now += FRESH + 1;
        assertThat(tag("big")).isNotEqualTo(before);
        assertThat(filesOpen()).isEqualTo(1);
    }

    @Test
    void aFileThatWasDeletedIsGoneWhenItsNameIsNoLongerBelieved() throws IOException {
        writeBig("big", 'a');
        tag("big");
        Files.delete(root.resolve("big"));

        now += FRESH + 1;
        assertThat(find("big")).isEqualTo(Lookup.Missing.NOT_FOUND);
        assertThat(filesOpen()).isZero();
        assertThat(cache.size()).isZero();
    }

    @Test
    void aVersionInUseStaysOpenUntilItsLastUserLetsGo() throws IOException {
        writeBig("big", 'a');
        FileEntry first = entry("big");
        FileEntry second = entry("big");
        Files.delete(root.resolve("big"));
        now += FRESH + 1;
        assertThat(find("big")).isEqualTo(Lookup.Missing.NOT_FOUND);

        first.release();
        assertThat(filesOpen()).isEqualTo(1);
        assertThat(second.unchanged()).isTrue();
        second.release();
        assertThat(filesOpen()).isZero();
        assertThat(first.retain()).isFalse();
    }

    @Test
    void aFileThatNobodyAsksForIsClosedAfterAWhile() throws IOException {
        writeBig("big", 'a');
        writeBig("other", 'a');
        tag("big");
        tag("other");
        now += Eviction.IDLE_NANOS - 1;
        tag("other");
        now += 1;
        eviction.sweep(now);

        assertThat(filesOpen()).isEqualTo(1);
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void noMoreFilesStayOpenThanAllowedAndThoseInDemandStay() throws IOException {
        writeBig("wanted", 'a');
        String wanted = tag("wanted");
        FileEntry kept = entry("wanted");
        kept.release();
        for (int i = 0; i < 3 * OPEN_MAX; i++) {
            writeBig("file" + i, 'a');
            tag("file" + i);
            now += 1;
            assertThat(tag("wanted")).isEqualTo(wanted);
            assertThat(filesOpen()).isLessThanOrEqualTo(OPEN_MAX);
        }
        assertThat(entry("wanted")).isSameAs(kept);
        kept.release();
    }

    @Test
    void theBoundIsForTheFilesOfAllSitesTogether() throws IOException {
        FileCache other = new FileCache(documents, null, eviction, RULES);
        for (int i = 0; i < 3 * OPEN_MAX; i++) {
            writeBig("file" + i, 'a');
            tag("file" + i);
            now += 1;
            byte[] name = ("file" + i).getBytes(StandardCharsets.US_ASCII);
            Lookup found = other.find(new PathKey().set(name, 0, name.length), now, true);
            assertThat(found).isInstanceOfSatisfying(FileEntry.class, FileEntry::release);
            assertThat(filesOpen()).isLessThanOrEqualTo(OPEN_MAX);
        }
        assertThat(cache.size()).isPositive();
        assertThat(other.size()).isPositive();
        cache.close();
        assertThat(filesOpen()).isEqualTo(other.size());
        other.close();
        assertThat(filesOpen()).isZero();
    }

    @Test
    void aSmallFileCostsNoDescriptorHoweverManyThereAre() throws IOException {
        for (int i = 0; i < 3 * OPEN_MAX; i++) {
            write("file" + i, "x");
            tag("file" + i);
        }
        assertThat(filesOpen()).isZero();
        assertThat(cache.size()).isEqualTo(3 * OPEN_MAX);
    }

    @Test
    void contentsInMemoryHaveABound() throws IOException {
        Path first = write("0", "x".repeat(ServedFiles.MEMORY_UP_TO));
        int enough = (int) (BODIES_MAX / ServedFiles.MEMORY_UP_TO);
        for (int i = 0; i < enough + 10; i++) {
            if (i > 0) {
                Files.createLink(root.resolve("" + i), first);
            }
            tag("" + i);
        }
        assertThat(cache.size()).isEqualTo(enough);
    }

    @Test
    void whatTheLoopCannotKnowWithoutWaitingIsCold() throws IOException {
        write("small", "1");
        byte[] name = "small".getBytes(ISO_8859_1);
        PathKey key = new PathKey().set(name, 0, name.length);

        assertThat(cache.find(key, now, false)).isEqualTo(Lookup.Missing.COLD);
        assertThat(tag("small")).isNotEmpty();
        assertThat(cache.find(key, now, false))
                .isInstanceOfSatisfying(FileEntry.class, FileEntry::release);
    }

    @Test
    void aVersionIsToldFromTheNextThoughSizeAndTimeAreTheSame() throws IOException {
        Path file = writeBig("big", 'a');
        FileTime time = Files.getLastModifiedTime(file);
        String before = tag("big");
        Path other = writeBig("other", 'b');
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, ATOMIC_MOVE, REPLACE_EXISTING);
        now += FRESH + 1;

        assertThat(tag("big")).isNotEqualTo(before);
    }

    /** As FUSE and lxcfs have them: a file of a size that nobody can read. */
    @Test
    void aFileThatDoesNotHoldItsSizeIsNotFound() throws IOException {
        Path file = Path.of("/proc/version");
        assumeTrue(Files.isReadable(file), "no /proc");
        try (DocumentRoot portable = Roots.PORTABLE.open(Path.of("/proc"), SymlinkPolicy.INSIDE)) {
            FileCache other = new FileCache(portable, null, eviction, RULES);
            byte[] name = "version".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 2; i++) {
                Lookup found = other.find(new PathKey().set(name, 0, name.length), now, true);
                assertThat(found).isEqualTo(Lookup.Missing.NOT_FOUND);
            }
            other.close();
        }
    }

    @Test
    void nothingStaysOpenOfARootWhoseNameLeadsElsewhere() throws IOException {
        Path one = Files.createDirectory(root.resolve("one"));
        Files.writeString(one.resolve("big"), "1".repeat(BIG));
        Path two = Files.createDirectory(root.resolve("two"));
        Files.writeString(two.resolve("big"), "2".repeat(BIG));
        Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("one"));
        try (DocumentRoot followed = DocumentRoot.open(link, SymlinkPolicy.INSIDE)) {
            cache.close();
            cache = new FileCache(followed, null, eviction, RULES);
            String before = tag("big");
            Files.delete(link);
            assertThat(tag("big")).as("believed").isEqualTo(before);

            now += FRESH + 1;
            assertThat(find("big")).isEqualTo(Lookup.Missing.NO_ROOT);
            assertThat(Descriptors.below(one)).as("the root").isEqualTo(1);

            Files.createSymbolicLink(link, Path.of("two"));
            assertThat(tag("big")).isNotEqualTo(before);
            assertThat(Descriptors.below(one)).isZero();
            assertThat(Descriptors.below(two)).as("root and file").isEqualTo(2);
            cache.close();
        }
    }

    @Test
    void aClosedCacheKeepsNothing() throws IOException {
        writeBig("big", 'a');
        FileEntry used = entry("big");
        cache.close();
        FileEntry late = entry("big");

        assertThat(filesOpen()).isEqualTo(2);
        used.release();
        late.release();
        assertThat(filesOpen()).isZero();
    }
}
