package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.root.Roots.bytes;
import static sluice.server.root.Roots.link;
import static sluice.server.root.Roots.see;
import static sluice.server.root.Roots.write;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.linux.Errno;
import sluice.linux.PathBytes;
import sluice.linux.testing.Privileges;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

class DocumentRootTest {
    private static final int NAME_MAX = 255;
    private static final int CHANGES = 500;

    @TempDir
    private Path temporary;

    private Path inside;
    private Path outside;

    @BeforeEach
    void makeTree() throws IOException {
        inside = temporary.resolve("inside");
        outside = temporary.resolve("outside");
        write(inside.resolve("file"), "inside");
        write(inside.resolve("folder/deep/file"), "deep");
        write(outside.resolve("file"), "secret");
    }

    @AfterEach
    void deleteLinks() throws IOException {
        Roots.deleteLinks(temporary);
    }

    @ParameterizedTest
    @EnumSource
    void opensFilesAndDirectoriesByTheirPath(Roots kind) throws IOException {
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            assertThat(see(root, "file")).isEqualTo("inside");
            assertThat(see(root, "folder/deep/file")).isEqualTo("deep");
            assertThat(see(root, "")).isEqualTo("directory");
            assertThat(see(root, "folder")).isEqualTo("directory");
            assertThat(see(root, "folder/")).isEqualTo("directory");
            assertThat(see(root, "folder/deep/")).isEqualTo("directory");
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensAPartOfALongerArray(Roots kind) throws IOException {
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            byte[] path = bytes("/folder/deep/file/more");
            var found = (Opened.Found) root.open(path, 1, path.length - 5, false);
            assertThat(found.stat().size()).isEqualTo(4);
            found.file().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNoFileForADirectory(Roots kind) throws IOException {
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            assertThat(see(root, "file/")).isEqualTo("not found");
            assertThat(see(root, "file/x")).isEqualTo("not found");
        }
    }

    /** What a client could write, if nobody before had refused it. */
    @ParameterizedTest
    @EnumSource
    void givesAFileOnePathOnly(Roots kind) throws IOException {
        for (var policy : SymlinkPolicy.values()) {
            try (var root = kind.open(inside, policy)) {
                for (var path : List.of(
                        "..",
                        "../inside/file",
                        "../outside/file",
                        "folder/../file",
                        "folder/..",
                        "./file",
                        "folder/./deep/file",
                        ".",
                        "folder/.",
                        "/file",
                        "/etc/passwd",
                        "/",
                        "//file",
                        "folder//deep",
                        "folder//",
                        "file\0",
                        "file\0.html",
                        "\0")) {
                    assertThat(see(root, path)).as(policy + " " + path).isEqualTo("not found");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reachesNamesOfAnyBytes(Roots kind) throws IOException {
        List<byte[]> names = List.of(
                bytes("with space"),
                bytes(" "),
                bytes("%41"),
                bytes("#?+;&=:@"),
                bytes("back\\slash"),
                bytes("new\nline\ttab\u0001"),
                bytes("ümläut 日本語"),
                bytes("..."),
                bytes("..x"),
                bytes("~"),
                bytes("*"),
                bytes("-rf"),
                new byte[] {(byte) 0xE9, 't', (byte) 0xFF},
                new byte[] {(byte) 0xC0, (byte) 0xAF}, // an overlong "/"
                new byte[] {(byte) 0xC0, (byte) 0xAE, (byte) 0xC0, (byte) 0xAE}); // ".."
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            for (byte[] name : names) {
                Roots.writeNamed(inside, name);
                var found = (Opened.Found) root.open(name, name.length, false);
                assertThat(found.file().content(name.length)).isEqualTo(name);
                found.file().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsNoNameLongerThanTheSystemTakes(Roots kind) throws IOException {
        var longest = "n".repeat(NAME_MAX);
        write(inside.resolve(longest), "long");
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            assertThat(see(root, longest)).isEqualTo("long");
            assertThat(see(root, longest + "n")).isEqualTo("not found");
            assertThat(see(root, (longest + "/").repeat(15) + longest)).isEqualTo("not found");
            assertThat(see(root, "n".repeat(4095))).isEqualTo("not found");
            assertThat(see(root, "n/".repeat(2047) + "n")).isEqualTo("not found");
            assertThat(see(root, "n/".repeat(2048))).isEqualTo("not found");
            assertThat(see(root, "n".repeat(100_000))).isEqualTo("not found");
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsNoFifoSocketOrDeviceAndNeverWaitsForOne(Roots kind) throws Exception {
        Roots.makeFifo(inside.resolve("fifo"));
        link(inside.resolve("device"), "/dev/null");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var root = kind.open(inside, SymlinkPolicy.ALL)) {
            server.bind(UnixDomainSocketAddress.of(inside.resolve("socket")));
            for (var path : List.of("fifo", "socket", "device", "fifo/", "socket/x")) {
                var seen = assertTimeoutPreemptively(
                        Duration.ofSeconds(30), () -> see(root, path), path);
                assertThat(seen).as(path).isEqualTo("not found");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysForbiddenOfWhatMayNotBeRead(Roots kind) throws Exception {
        allow("---------", "file", "folder");
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            Privileges.runWithout(() -> {
                assertThat(see(root, "file")).isEqualTo("forbidden");
                assertThat(see(root, "folder/deep/file")).isEqualTo("forbidden");
            });
        } finally {
            allow("rwx------", "folder");
        }
    }

    /** It may have an index that can be read. */
    @ParameterizedTest
    @EnumSource
    void opensADirectoryThatMayBeEnteredButListsNothing(Roots kind) throws Exception {
        allow("--x------", "folder/deep");
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            Privileges.runWithout(() -> {
                var found = (Opened.Found) Roots.open(root, "folder/deep");
                var entries =
                        root.list(found.file(), bytes("folder/deep"), 0, 11, true, () -> true);
                found.file().close();
                assertThat(found.stat().kind()).isEqualTo(FileKind.DIRECTORY);
                assertThat(entries.entries()).isEmpty();
                assertThat(entries.error()).isEqualTo(-Errno.EACCES);
            });
        } finally {
            allow("rwx------", "folder/deep");
        }
    }

    private void allow(String permissions, String... names) throws IOException {
        for (var name : names) {
            Files.setPosixFilePermissions(
                    inside.resolve(name), PosixFilePermissions.fromString(permissions));
        }
    }

    @Test
    void tellsTheFaultsOfThePathFromThoseOfTheSystem() {
        assertThat(DocumentRoot.refused(-Errno.EACCES)).isEqualTo(Opened.FORBIDDEN);
        assertThat(DocumentRoot.refused(-Errno.EPERM)).isEqualTo(Opened.FORBIDDEN);
        assertThat(DocumentRoot.refused(-Errno.ENXIO)).isEqualTo(Opened.NOT_FOUND);
        for (int errno : new int[] {Errno.EMFILE, Errno.ENFILE, Errno.EIO, Errno.ENOMEM}) {
            assertThat(DocumentRoot.refused(-errno)).isEqualTo(new Opened.Failed(-errno));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatTheSystemKnowsOfTheOpenFile(Roots kind) throws IOException {
        var file = inside.resolve("file");
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_456_789)));
        Files.createLink(inside.resolve("second"), file);
        try (var root = kind.open(inside, SymlinkPolicy.INSIDE)) {
            var found = (Opened.Found) Roots.open(root, "file");
            found.file().close();
            var stat = found.stat();
            assertThat(stat.size()).isEqualTo(6);
            assertThat(stat.kind()).isEqualTo(FileKind.REGULAR);
            assertThat(stat.mtimeSeconds()).isEqualTo(1_000_000_000);
            assertThat(stat.mtimeNanos()).isEqualTo(123_456_789);
            assertThat(stat.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
            assertThat(stat.links()).isEqualTo(2);
            var ctime = (FileTime) Files.getAttribute(file, "unix:ctime");
            assertThat(Instant.ofEpochSecond(stat.ctimeSeconds(), stat.ctimeNanos()))
                    .isEqualTo(ctime.toInstant());
        }
    }

    @Test
    void answersFromTheCacheAloneWhenMayNotWait() throws IOException {
        try (var root = Roots.LINUX.open(inside, SymlinkPolicy.INSIDE)) {
            byte[] path = bytes("folder/deep/file");
            assertThat(see(root, path)).isEqualTo("deep");
            var warm = root.open(path, path.length, true);
            assumeTrue(
                    !warm.equals(Opened.COLD),
                    "this kernel has no RESOLVE_CACHED, or forgot the name at once");
            ((Opened.Found) warm).file().close();
            byte[] outsideRoot = bytes("folder/../../outside/file");
            assertThat(root.open(outsideRoot, outsideRoot.length, true))
                    .isEqualTo(Opened.NOT_FOUND);
        }
    }

    @Test
    void theWalkNeverKnowsWithoutWaiting() throws IOException {
        try (var root = Roots.PORTABLE.open(inside, SymlinkPolicy.INSIDE)) {
            assertThat(root.open(bytes("file"), 4, true)).isEqualTo(Opened.COLD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void becomesTheDirectoryThatItsNameLeadsTo(Roots kind) throws IOException {
        Path name = temporary.resolve("name");
        link(name, "inside");
        write(temporary.resolve("next/file"), "next");
        try (var root = kind.open(name, SymlinkPolicy.INSIDE)) {
            assertThat(root.follow(false)).isEqualTo(DocumentRoot.SAME);
            Files.delete(name);
            assertThat(root.follow(false)).isEqualTo(-Errno.ENOENT);
            assertThat(see(root, "file")).as("until it leads elsewhere").isEqualTo("inside");
            link(name, "next");
            assertThat(root.follow(false)).isEqualTo(DocumentRoot.MOVED);
            assertThat(root.follow(false)).isEqualTo(DocumentRoot.SAME);
            assertThat(see(root, "file")).isEqualTo("next");
            assertThat(see(root, "folder")).isEqualTo("not found");
        }
    }

    /** The directory that is gone is still open, so no other can have its number. */
    @ParameterizedTest
    @EnumSource
    void becomesADirectoryThatIsMadeUnderItsName(Roots kind) throws IOException {
        Path name = Files.createDirectory(temporary.resolve("name"));
        try (var root = kind.open(name, SymlinkPolicy.INSIDE)) {
            for (int i = 0; i < 3; i++) {
                Files.delete(name);
                Files.createDirectory(name);
                assertThat(root.follow(false)).isEqualTo(DocumentRoot.MOVED);
            }
            Files.delete(name);
            write(name, "no directory");
            assertThat(root.follow(false)).isNegative();
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensEveryPathBelowOneOfTheDirectoriesWhileItsNameChanges(Roots kind) throws Exception {
        Path name = temporary.resolve("name");
        link(name, "inside");
        write(temporary.resolve("next/file"), "next");
        int descriptors = Roots.descriptors();
        try (var root = kind.open(name, SymlinkPolicy.INSIDE)) {
            var over = new AtomicBoolean();
            var opening = CompletableFuture.supplyAsync(() -> {
                var seen = new TreeSet<String>();
                while (!over.get()) {
                    seen.add(see(root, "file"));
                }
                return seen;
            });
            for (int i = 0; i < CHANGES; i++) {
                link(temporary.resolve("other"), i % 2 == 0 ? "next" : "inside");
                Files.move(temporary.resolve("other"), name, StandardCopyOption.REPLACE_EXISTING);
                assertThat(root.follow(false)).isEqualTo(DocumentRoot.MOVED);
            }
            over.set(true);
            assertThat(opening.get()).isSubsetOf("inside", "next");
        }
        assertThat(Roots.descriptors()).isLessThan(descriptors + CHANGES / 10);
    }

    /** Its size is not what a read returns, so no length can be promised. */
    @ParameterizedTest
    @EnumSource(names = {"LINUX", "WALKING"})
    void findsNoFileThatTheKernelWritesWhileItIsRead(Roots kind) throws IOException {
        for (var path : List.of("/proc/version", "/proc/self/status", "/sys/kernel/profiling")) {
            var file = Path.of(path);
            assumeTrue(Files.isReadable(file), "no " + path);
            var directory = Objects.requireNonNull(file.getParent());
            try (var root = kind.open(directory, SymlinkPolicy.INSIDE)) {
                var name = String.valueOf(file.getFileName());
                assertThat(see(root, name)).as(path).isEqualTo("not found");
                var found = (Opened.Found) Roots.open(root, "");
                var entries = root.list(found.file(), new byte[0], 0, 0, true, () -> true);
                found.file().close();
                assertThat(entries.entries())
                        .extracting(DirectoryEntry::kind)
                        .doesNotContain(FileKind.REGULAR);
            }
        }
    }

    @Test
    void opensOnlyADirectory() {
        assertThatThrownBy(() -> DocumentRoot.open(inside.resolve("x"), SymlinkPolicy.INSIDE))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> DocumentRoot.open(inside.resolve("file"), SymlinkPolicy.INSIDE))
                .isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void opensADirectoryWhoseNameIsALinkOrNotText() throws IOException {
        link(temporary.resolve("link"), "inside");
        var odd = temporary.resolve(PathBytes.name(new byte[] {(byte) 0xFF, ' ', '%'}));
        write(odd.resolve("file"), "odd");
        try (var root = DocumentRoot.open(temporary.resolve("link"), SymlinkPolicy.NONE)) {
            assertThat(see(root, "file")).isEqualTo("inside");
        }
        try (var root = DocumentRoot.open(odd, SymlinkPolicy.INSIDE)) {
            assertThat(see(root, "file")).isEqualTo("odd");
        }
    }
}
