package sluice.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.linux.Linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

class TreeCopyTest {
    private static final LongConsumer UNSEEN = bytes -> {};
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_123L);

    @TempDir
    private Path folder;

    private Path tree;
    private Path target;

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
        target = folder.resolve("copy");
        write("empty", 0);
        write("one", 1);
        write("page", 4096);
        write("odd", 4097);
        Files.createDirectories(tree.resolve("deep/er"));
        write("deep/er/big", 9_000_001);
        Files.createSymbolicLink(tree.resolve("link"), Path.of("deep/er/big"));
        Files.createSymbolicLink(tree.resolve("nowhere"), Path.of("/not/there"));
    }

    private Path write(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(tree.resolve(name), bytes);
    }

    private TreeCopy.Summary copy(CopyMethod method) throws IOException {
        return TreeCopy.of(tree, target).run(method, false, UNSEEN);
    }

    private static void assume(CopyMethod method) {
        assumeTrue(method.refusal() == null, method.refusal());
    }

    /** ext4 and tmpfs share no blocks: then the error says so, and no copy is left. */
    private boolean refused(CopyMethod method) throws IOException {
        if (method != CopyMethod.REFLINK) {
            return false;
        }
        try {
            TreeCopy.of(tree.resolve("page"), folder.resolve("try")).run(method, false, UNSEEN);
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("--copy auto");
            assertThat(names(folder)).containsExactly("tree");
            return true;
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private void assertSame(Path copy) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.toList()) {
                Path other = copy.resolve(tree.relativize(path).toString());
                if (Files.isSymbolicLink(path)) {
                    assertThat(Files.readSymbolicLink(other))
                            .isEqualTo(Files.readSymbolicLink(path));
                } else {
                    assertThat(other.toFile().isDirectory())
                            .isEqualTo(path.toFile().isDirectory());
                    assertThat(Files.getLastModifiedTime(other))
                            .isEqualTo(Files.getLastModifiedTime(path));
                    assertThat(Files.getPosixFilePermissions(other))
                            .isEqualTo(Files.getPosixFilePermissions(path));
                    assertThat(Files.isDirectory(path) || Files.mismatch(path, other) == -1)
                            .as("%s is equal", path)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodCopiesATreeWithItsModesTimesAndLinks(CopyMethod method) throws IOException {
        assume(method);
        Files.setPosixFilePermissions(
                tree.resolve("one"), PosixFilePermissions.fromString("r-x--x---"));
        Files.setPosixFilePermissions(
                tree.resolve("deep"), PosixFilePermissions.fromString("r-xr-x--x"));
        Files.setLastModifiedTime(tree.resolve("deep"), LONG_AGO);
        Files.setLastModifiedTime(tree.resolve("odd"), LONG_AGO);
        if (refused(method)) {
            return;
        }
        TreeCopy.Summary summary = copy(method);
        assertSame(target);
        assertThat(summary.files()).isEqualTo(5);
        assertThat(summary.bytes()).isEqualTo(9_000_001 + 4097 + 4096 + 1);
        assertThat(summary.methods())
                .allSatisfy((used, files) -> assertThat(used)
                        .isNotEqualTo(CopyMethod.AUTO)
                        .matches(actual -> method == CopyMethod.AUTO || actual == method));
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodKeepsHolesBeyondFourGigabytes(CopyMethod method) throws IOException {
        assume(method);
        if (refused(method)) {
            return;
        }
        assumeTrue(Linux.available(), "only Linux tells where a hole is");
        Path sparse = tree.resolve("sparse");
        try (FileChannel channel =
                FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("begin".getBytes(UTF_8)), 1L << 20);
            channel.write(ByteBuffer.wrap("end".getBytes(UTF_8)), 5L << 30);
        }
        TreeCopy.Summary summary = TreeCopy.of(sparse, target).run(method, false, UNSEEN);
        assertThat(Files.size(target)).isEqualTo((5L << 30) + 3);
        assertThat(blocks(target)).isLessThan(1 << 20);
        assertThat(read(target, 5L << 30)).isEqualTo("end");
        assertThat(read(target, 1L << 20)).isEqualTo("beg");
        assertThat(method == CopyMethod.REFLINK || summary.holes() > 4L << 30).isTrue();
    }

    private static String read(Path file, long at) throws IOException {
        ByteBuffer three = ByteBuffer.allocate(3);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(three, at);
        }
        return new String(three.array(), UTF_8);
    }

    /** KiB on disk, as du(1) says. */
    private static long blocks(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        String line = new String(du.getInputStream().readAllBytes(), UTF_8);
        return Long.parseLong(line.split("\\s")[0]);
    }

    @Test
    void intoADirectoryItGetsTheNameOfItsSource() throws IOException {
        Files.createDirectory(target);
        TreeCopy.Summary summary = copy(CopyMethod.AUTO);
        assertThat(summary.target()).isEqualTo(target.resolve("tree"));
        assertSame(target.resolve("tree"));
    }

    @Test
    void aFileThatIsThereIsReplacedAndADirectoryIsNot() throws IOException {
        Files.writeString(target, "old");
        TreeCopy.of(tree.resolve("page"), target).run(CopyMethod.AUTO, true, UNSEEN);
        assertThat(Files.mismatch(tree.resolve("page"), target)).isEqualTo(-1);

        Path inhabited = Files.createDirectories(folder.resolve("in/tree"));
        assertThatThrownBy(() -> TreeCopy.of(tree, folder.resolve("in")))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("already exists");
        assertThat(names(inhabited)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void noMethodIsCreditedForAFileWithoutAByteToCopy(CopyMethod method) throws IOException {
        assume(method);
        TreeCopy.Summary summary =
                TreeCopy.of(tree.resolve("empty"), target).run(method, false, UNSEEN);
        assertThat(target).isEmptyFile();
        assertThat(summary.methods()).isEmpty();
        assertThat(summary.empty()).isEqualTo(1);
        assertThat(summary.files()).isEqualTo(1);
    }

    @Test
    void aFileThatIsOneHoleIsCopiedByNoMethod() throws IOException {
        assumeTrue(Linux.available(), "holes are kept on Linux");
        Path hole = tree.resolve("hole");
        try (RandomAccessFile file = new RandomAccessFile(hole.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        TreeCopy.Summary summary =
                TreeCopy.of(hole, target).run(CopyMethod.COPY_FILE_RANGE, false, UNSEEN);
        assumeTrue(summary.holes() == 1 << 20, "this file system has no holes");
        assertThat(target).hasSize(1 << 20);
        assertThat(summary.methods()).isEmpty();
    }

    @Test
    void aTreeIsNotCopiedIntoItself() {
        assertThatThrownBy(() -> TreeCopy.of(tree, tree.resolve("deep/copy")))
                .hasMessageContaining("into itself");
    }

    @Test
    void aCopyThatIsCancelledLeavesNothing() throws IOException {
        TreeCopy copy = TreeCopy.of(tree, target);
        assertThatThrownBy(() -> copy.run(CopyMethod.DIRECT, false, bytes -> copy.cancel()))
                .isInstanceOf(CancellationException.class);
        assertThat(names(folder)).containsExactly("tree");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REFLINK", "AUTO"})
    void aSourceThatIsCutMeanwhileGivesNoCopy(CopyMethod method) throws IOException {
        assume(method);
        Path big = tree.resolve("deep/er/big");
        TreeCopy copy = TreeCopy.of(big, target);
        assertThatThrownBy(() -> copy.run(method, false, bytes -> cut(big)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("while it was being copied");
        assertThat(names(folder)).containsExactly("tree");
    }

    private static void cut(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(100);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSourceThatIsRewrittenMeanwhileGivesNoCopy() throws IOException {
        Path big = tree.resolve("deep/er/big");
        TreeCopy copy = TreeCopy.of(big, target);
        assertThatThrownBy(() -> copy.run(CopyMethod.AUTO, false, bytes -> rewrite(big)))
                .hasMessageContaining("changed while it was being copied");
        assertThat(names(folder)).containsExactly("tree");
    }

    private static void rewrite(Path file) {
        try {
            Files.setLastModifiedTime(file, LONG_AGO);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The same size and mtime as before: only ctime tells, and then the bytes. */
    @Test
    void aSourceThatIsRewrittenAndItsTimeSetBackGivesNoCopy() throws IOException {
        assumeTrue(Linux.available(), "ctime is Unix's");
        Path page = tree.resolve("page");
        Files.setLastModifiedTime(page, LONG_AGO);
        TreeCopy copy = TreeCopy.of(page, target);
        assertThatThrownBy(() -> copy.run(CopyMethod.DIRECT, false, bytes -> {
                    if (bytes > 0) {
                        overwrite(page, new byte[4096]);
                        rewrite(page);
                    }
                }))
                .hasMessageContaining("or the file changed; try again");
        assertThat(names(folder)).containsExactly("tree");
    }

    @Test
    void aSourceThatOnlyGetsAnotherModeOrNameIsCopied() throws IOException {
        Path page = tree.resolve("page");
        TreeCopy.of(page, target).run(CopyMethod.DIRECT, false, bytes -> link(page, bytes));
        assertThat(Files.readAllBytes(target)).isEqualTo(Files.readAllBytes(page));
    }

    private static void overwrite(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void link(Path file, long copied) {
        try {
            if (copied > 0) {
                Files.createLink(file.resolveSibling("hard"), file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void verifyingFindsASingleWrongByte() throws IOException {
        Path page = tree.resolve("page");
        TreeCopy copy = TreeCopy.of(page, target);
        assertThatThrownBy(() -> copy.run(CopyMethod.DIRECT, true, bytes -> spoil(folder, 1234)))
                .hasMessageContaining("differs at byte 1234");
        assertThat(names(folder)).containsExactly("tree");
    }

    private static void spoil(Path folder, long at) {
        try {
            for (String name : names(folder)) {
                if (name.contains(TreeCopy.UNFINISHED_PREFIX)) {
                    try (FileChannel channel = FileChannel.open(
                            folder.resolve(name),
                            StandardOpenOption.WRITE,
                            StandardOpenOption.READ)) {
                        ByteBuffer one = ByteBuffer.allocate(1);
                        channel.read(one, at);
                        channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsNeitherFileNorDirectoryNorLinkIsSkippedAndReported() throws Exception {
        Path fifo = tree.resolve("fifo");
        assumeTrue(
                new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0,
                "mkfifo makes no FIFO here");
        assertThat(copy(CopyMethod.AUTO).skipped()).containsExactly(fifo);
        assertThat(Files.exists(target.resolve("fifo"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(Files.mismatch(tree.resolve("odd"), target.resolve("odd"))).isEqualTo(-1);
    }

    @Test
    void whereNoBlocksCanBeSharedAutoTakesTheNextWay() throws IOException {
        assumeTrue(refused(CopyMethod.REFLINK), "this file system shares blocks");
        assertThat(copy(CopyMethod.AUTO).methods()).containsOnlyKeys(CopyMethod.COPY_FILE_RANGE);
    }

    /** Even root cannot remove an immutable file (chattr(1)). */
    @Test
    void theCauseIsReportedThoughTheUnfinishedCopyCannotBeRemoved() throws Exception {
        TreeCopy copy = TreeCopy.of(tree.resolve("deep/er/big"), target);
        AtomicBoolean immutable = new AtomicBoolean();
        try {
            assertThatThrownBy(() -> copy.run(CopyMethod.DIRECT, false, bytes -> {
                        copy.cancel();
                        immutable.set(chattr("+i"));
                    }))
                    .isInstanceOf(CancellationException.class)
                    .satisfies(cause -> {
                        assumeTrue(immutable.get(), "chattr(1) makes no file immutable here");
                        assertThat(cause.getSuppressed()).hasSize(1);
                        assertThat(cause.getSuppressed()[0])
                                .hasMessageContaining("cannot remove " + folder);
                    });
        } finally {
            chattr("-i");
        }
    }

    private boolean chattr(String flag) {
        String command =
                "chattr " + flag + " " + folder + "/" + TreeCopy.UNFINISHED_PREFIX + "* 2>&1";
        try {
            return new ProcessBuilder("sh", "-c", command).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
