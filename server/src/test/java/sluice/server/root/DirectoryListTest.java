package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.root.Roots.bytes;
import static sluice.server.root.Roots.link;
import static sluice.server.root.Roots.write;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

class DirectoryListTest {
    @TempDir
    private Path temporary;

    private Path inside;

    @BeforeEach
    void makeTree() throws IOException {
        inside = Files.createDirectory(temporary.resolve("inside"));
        write(temporary.resolve("outside/file"), "secret");
        write(inside.resolve("folder/file"), "content");
        write(inside.resolve("folder/.hidden"), "hidden");
        write(inside.resolve("folder/inner/file"), "");
        write(inside.resolve("above"), "four");
    }

    @AfterEach
    void deleteLinks() throws IOException {
        Roots.deleteLinks(temporary);
    }

    private DirectoryEntries list(Roots kind, SymlinkPolicy policy, String path, boolean dotfiles)
            throws IOException {
        try (var root = kind.open(inside, policy)) {
            byte[] name = bytes(path);
            var found = (Opened.Found) Roots.open(root, path);
            var entries = root.list(found.file(), name, 0, name.length, dotfiles, () -> true);
            found.file().close();
            return entries;
        }
    }

    /** Names as ISO 8859-1, so that every byte shows. */
    private static Map<String, DirectoryEntry> byName(DirectoryEntries entries) {
        assertThat(entries.error()).isZero();
        assertThat(entries.cut()).isFalse();
        Map<String, DirectoryEntry> byName = new TreeMap<>();
        for (var entry : entries.entries()) {
            byName.put(new String(entry.name(), StandardCharsets.ISO_8859_1), entry);
        }
        return byName;
    }

    private static DirectoryEntry entry(Map<String, DirectoryEntry> byName, String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    @ParameterizedTest
    @EnumSource
    void listsFilesAndFolders(Roots kind) throws IOException {
        Files.setLastModifiedTime(
                inside.resolve("folder/file"), FileTime.fromMillis(1_234_567_890_123L));
        for (var path : new String[] {"folder", "folder/"}) {
            var entries = byName(list(kind, SymlinkPolicy.INSIDE, path, false));
            assertThat(entries).containsOnlyKeys("file", "inner");
            assertThat(entry(entries, "inner").kind()).isEqualTo(FileKind.DIRECTORY);
            assertThat(entry(entries, "file").kind()).isEqualTo(FileKind.REGULAR);
            assertThat(entry(entries, "file").size()).isEqualTo(7);
            assertThat(entry(entries, "file").mtimeSeconds()).isEqualTo(1_234_567_890);
        }
        assertThat(byName(list(kind, SymlinkPolicy.INSIDE, "", false)))
                .containsOnlyKeys("above", "folder");
    }

    @ParameterizedTest
    @EnumSource
    void showsDotfilesOnlyWhenAsked(Roots kind) throws IOException {
        assertThat(byName(list(kind, SymlinkPolicy.INSIDE, "folder", true)))
                .containsOnlyKeys("file", "inner", ".hidden");
    }

    @ParameterizedTest
    @EnumSource
    void showsLinksAsWhatTheyLeadToIfTheyMayBeFollowed(Roots kind) throws IOException {
        link(inside.resolve("folder/up"), "../above");
        link(inside.resolve("folder/again"), "inner");
        link(inside.resolve("folder/absolute"), inside.resolve("above").toString());
        link(inside.resolve("folder/leaving"), "../../outside/file");
        link(inside.resolve("folder/dangling"), "nothing");
        link(inside.resolve("folder/loop"), "loop");
        var entries = byName(list(kind, SymlinkPolicy.INSIDE, "folder", false));
        assertThat(entries).containsOnlyKeys("file", "inner", "up", "again");
        assertThat(entry(entries, "up").size()).isEqualTo(4);
        assertThat(entry(entries, "again").kind()).isEqualTo(FileKind.DIRECTORY);

        assertThat(byName(list(kind, SymlinkPolicy.NONE, "folder", false)))
                .containsOnlyKeys("file", "inner");
        var all = byName(list(kind, SymlinkPolicy.ALL, "folder", false));
        assertThat(all).containsOnlyKeys("file", "inner", "up", "again", "absolute", "leaving");
        assertThat(entry(all, "leaving").size()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutWhatIsNeitherFileNorFolder(Roots kind) throws Exception {
        Roots.makeFifo(inside.resolve("folder/fifo"));
        link(inside.resolve("folder/device"), "/dev/null");
        assertThat(byName(list(kind, SymlinkPolicy.ALL, "folder", false)))
                .containsOnlyKeys("file", "inner");
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheBytesOfNames(Roots kind) throws IOException {
        byte[] name = {(byte) 0xE9, '\n', '%', ' ', (byte) 0xFF};
        Roots.writeNamed(inside.resolve("folder"), name);
        assertThat(byName(list(kind, SymlinkPolicy.INSIDE, "folder", false))).containsKey("é\n% ÿ");
    }

    @ParameterizedTest
    @EnumSource
    void listsOneOpenDirectoryAgainAndAgain(Roots kind) throws IOException {
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            var found = (Opened.Found) Roots.open(root, "");
            for (int i = 0; i < 3; i++) {
                assertThat(byName(root.list(found.file(), new byte[0], 0, 0, false, () -> true)))
                        .containsOnlyKeys("above", "folder");
            }
            found.file().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsMoreThanOneReadGives(Roots kind) throws IOException {
        for (int i = 0; i < 1_500; i++) {
            Files.createFile(inside.resolve("folder/file" + i));
        }
        assertThat(byName(list(kind, SymlinkPolicy.INSIDE, "folder", false))).hasSize(1_502);
    }
}
