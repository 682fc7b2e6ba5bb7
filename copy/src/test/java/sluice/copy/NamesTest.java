package sluice.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.linux.Linux;
import sluice.linux.PathBytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** Names of every kind that a file can have, and the name that a copy gets. */
final class NamesTest {
    private static final LongConsumer UNSEEN = bytes -> {};

    @TempDir
    private Path folder;

    private Path tree;

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
    }

    /** A Latin-1 name from an old disk: the JVM's string of it names no file. */
    @ParameterizedTest
    @EnumSource
    void namesThatAreNotTextAreCopiedAsTheyAre(CopyMethod method) throws IOException {
        assumeTrue(method.refusal() == null, method.refusal());
        assumeTrue(method != CopyMethod.REFLINK, "most file systems share no blocks");
        assumeTrue(Linux.available(), "elsewhere all names are text");
        Path odd = PathBytes.name(new byte[] {'c', 'a', 'f', (byte) 0xE9});
        Path below = Files.createDirectory(tree.resolve(odd));
        Files.writeString(below.resolve(odd), "content");
        Files.createSymbolicLink(below.resolve("link"), odd);

        Path target = folder.resolve(odd);
        TreeCopy.of(below, target).run(method, true, UNSEEN);
        assertThat(target.resolve(odd)).hasContent("content");
        assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(odd);

        Path whole = folder.resolve("whole");
        TreeCopy.of(tree, whole).run(method, true, UNSEEN);
        assertThat(whole.resolve(odd).resolve(odd)).hasContent("content");
    }

    @Test
    void aFileIsNotCopiedOntoItselfByWhateverName() throws IOException {
        Path file = Files.writeString(tree.resolve("one"), "content");
        Files.createDirectory(tree.resolve("deep"));
        Path link = Files.createSymbolicLink(folder.resolve("soft"), file);
        Path hard = Files.createLink(folder.resolve("hard"), file);
        for (Path name : List.of(file, tree.resolve("deep/../one"), link, hard)) {
            assertThatThrownBy(() -> TreeCopy.of(file, name))
                    .hasMessageContaining("are the same file; give the copy another name");
        }
        assertThatThrownBy(() -> TreeCopy.of(file, tree)).hasMessageContaining("the same file");
    }

    @Test
    void aNameMayBeAsLongAsFileSystemsAllow() throws IOException {
        Path file = Files.writeString(tree.resolve("n".repeat(255)), "content");
        TreeCopy.Summary summary = TreeCopy.of(file, folder).run(CopyMethod.AUTO, true, UNSEEN);
        assertThat(summary.target()).isEqualTo(folder.resolve("n".repeat(255)));
        assertThat(summary.target()).hasContent("content");
    }

    /** As with cp -rH: the user gave the name of the link. */
    @Test
    void inADirectoryTheCopyOfALinksTargetHasTheNameOfTheLink() throws IOException {
        Files.writeString(tree.resolve("file"), "content");
        Path link = Files.createSymbolicLink(folder.resolve("current"), tree);
        Path into = Files.createDirectory(folder.resolve("into"));
        TreeCopy.of(link, into).run(CopyMethod.AUTO, false, UNSEEN);
        assertThat(into.resolve("current/file")).hasContent("content");

        TreeCopy.of(tree.resolve("."), into).run(CopyMethod.AUTO, false, UNSEEN);
        assertThat(into.resolve("tree/file")).hasContent("content");
    }
}
