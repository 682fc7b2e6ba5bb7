package sluice.server.content;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import sluice.server.EntityTags;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;

import java.util.List;

/** Which versions share an entity tag, and which do not. */
final class EntityTagTest {
    private static final long MODIFIED = 1_700_000_000;
    private static final long NOW = MODIFIED + 100;

    private static FileStat stat(long size, long mtime, int nanos, long ctime, long inode) {
        return new FileStat(size, mtime, nanos, ctime, 5, inode, 7, 1, FileKind.REGULAR);
    }

    private static String tag(EntityTags kind, FileStat stat) {
        return new String(EntityTag.of(stat, kind, NOW), US_ASCII);
    }

    /** A build that fixes times leaves files of one size and time; rename(2) may keep the ctime. */
    @Test
    void everyAttributeThatAWriteMovesIsInATagOfAttributes() {
        List<FileStat> versions = List.of(
                stat(1, MODIFIED, 3, 4, 6),
                stat(10, MODIFIED, 3, 4, 6),
                stat(1, MODIFIED + 1, 3, 4, 6),
                stat(1, MODIFIED, 30, 4, 6),
                stat(1, MODIFIED, 3, 40, 6),
                stat(1, MODIFIED, 3, 4, 60));
        assertThat(versions.stream().map(stat -> tag(EntityTags.STAT, stat)))
                .doesNotHaveDuplicates()
                .allMatch(tag -> tag.startsWith("\""));
    }

    @Test
    void copiesOfOneSizeAndTimeAgreeOnAnyMachine() {
        assertThat(tag(EntityTags.MTIME_SIZE, stat(1, MODIFIED, 3, 4, 6)))
                .isEqualTo(tag(EntityTags.MTIME_SIZE, stat(1, MODIFIED, 3, 40, 60)))
                .startsWith("\"")
                .isNotEqualTo(tag(EntityTags.MTIME_SIZE, stat(2, MODIFIED, 3, 4, 6)))
                .isNotEqualTo(tag(EntityTags.MTIME_SIZE, stat(1, MODIFIED, 4, 4, 6)));
    }

    @Test
    void aTimeThatBuildsGiveEveryFileTellsNoVersions() {
        for (long fixed : new long[] {0, 1, 315_532_800, 499_162_500}) {
            assertThat(tag(EntityTags.MTIME_SIZE, stat(1, fixed, 0, 4, 6)))
                    .isNotEqualTo(tag(EntityTags.MTIME_SIZE, stat(1, fixed, 0, 40, 6)))
                    .isEqualTo(tag(EntityTags.STAT, stat(1, fixed, 0, 4, 6)));
        }
    }

    /** RFC 9110 section 8.8.1: another write within the second would leave the tag as it is. */
    @Test
    void aTagOfWholeSecondsIsWeakAsLongAsItsSecondLasts() {
        assertThat(tag(EntityTags.MTIME_SIZE, stat(1, NOW, 0, 4, 6))).startsWith("W/\"");
        assertThat(tag(EntityTags.MTIME_SIZE, stat(1, NOW - 1, 0, 4, 6))).startsWith("\"");
        assertThat(tag(EntityTags.MTIME_SIZE, stat(1, NOW, 1, 4, 6))).startsWith("\"");
    }
}
