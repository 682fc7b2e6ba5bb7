package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.EntityTags;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** Whether a download can go on at another machine that has a copy of the file. */
final class TagsOfReplicasTest {
    private static final FileTime MODIFIED = FileTime.fromMillis(1_700_000_000_123L);
    /** More than is kept in memory, so that a content is hashed by pieces. */
    private static final int SIZE = 100_000;

    @TempDir
    private Path folder;

    private Path replica(String name, String content, FileTime modified) throws IOException {
        Path root = Files.createDirectory(folder.resolve(name));
        Path file = Files.writeString(root.resolve("file"), content.repeat(SIZE));
        Files.setLastModifiedTime(file, modified);
        return root;
    }

    private static String tag(Path root, EntityTags kind) throws IOException {
        ServedFiles files = ServedFiles.in(root).withTags(kind);
        try (Rehearsed site = Rehearsed.of(Sluice.builder().files(files))) {
            return site.get("/file").field("ETag");
        }
    }

    @Test
    void aDownloadGoesOnAtACopyWithTheSameTime() throws IOException {
        Path one = replica("one", "a", MODIFIED);
        Path two = replica("two", "a", MODIFIED);
        String tag = tag(one, EntityTags.MTIME_SIZE);
        try (Rehearsed site = Rehearsed.of(two)) {
            assertThat(site.get("/file", "Range: bytes=5-", "If-Range: " + tag).status())
                    .isEqualTo(206);
        }
        assertThat(tag(one, EntityTags.STAT)).isNotEqualTo(tag(two, EntityTags.STAT));
    }

    @Test
    void tagsOfContentsTellContentsApartWhateverTheirTimes() throws IOException {
        Path one = replica("one", "a", MODIFIED);
        Path same = replica("same", "a", FileTime.fromMillis(1));
        Path other = replica("other", "b", MODIFIED);
        String tag = tag(one, EntityTags.CONTENT);
        assertThat(tag).isEqualTo(tag(same, EntityTags.CONTENT)).startsWith("\"");
        assertThat(tag(other, EntityTags.CONTENT)).isNotEqualTo(tag);
        assertThat(tag(one, EntityTags.MTIME_SIZE)).isEqualTo(tag(other, EntityTags.MTIME_SIZE));
    }
}
