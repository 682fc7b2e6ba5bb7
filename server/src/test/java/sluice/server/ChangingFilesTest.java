package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.ResponseHeadParser;
import sluice.io.Counter;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Files that change while they are being sent, on every copy path: a client gets one version whole,
 * or an end that it cannot take for one.
 */
@ParameterizedClass
@MethodSource({"sluice.server.testing.Setup#cells", "sluice.server.testing.Setup#layeredCells"})
final class ChangingFilesTest {
    /**
     * More than the sockets hold between a server and a client that does not read: 4 MiB at the
     * server (tcp_wmem), and at a client that has read little what its window was at first.
     */
    private static final int BIG = 6 << 20;

    private static final int READ_BEFORE = 100_000;

    @Parameter
    private Setup setup = Setup.PLAIN;

    private Path file;
    private FileServer server;
    private RawClient client;

    @BeforeEach
    void startToDownload(@TempDir Path root) throws Exception {
        file = root.resolve("big.bin");
        Files.write(file, version('a', BIG));
        server = setup.start(setup.serving(root));
        client = RawClient.of(server);
        client.send(request("GET", "/big.bin"));
        ResponseHeadParser head = client.reader().readHead();
        assertThat(head.contentLength()).isEqualTo(BIG);
        assertThat(client.reader().readBody(READ_BEFORE)).isEqualTo(version('a', READ_BEFORE));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private static byte[] version(char letter, int size) {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) letter);
        return content;
    }

    private byte @Nullable [] rest() {
        return client.reader().readBodyOrTorn(BIG - READ_BEFORE);
    }

    private void expectTorn() throws Exception {
        assertThat(rest()).isNull();
        Await.equal("downloads torn", () -> server.count(Counter.FILE_CHANGED), 1);
        Await.equal("connections", () -> server.connections(), 0);
    }

    private void expectNext(byte[] content) throws Exception {
        assertThat(RawClient.get(server, "/big.bin").body()).isEqualTo(content);
    }

    @Test
    void aFileThatIsTruncatedTearsItsDownloads() throws Exception {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(READ_BEFORE * 2L);
        }
        expectTorn();
        expectNext(version('a', READ_BEFORE * 2));
    }

    @Test
    void aFileThatIsRewrittenInPlaceTearsItsDownloadsThoughItsTimeIsSetBack() throws Exception {
        FileTime before = Files.getLastModifiedTime(file);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(BIG - 1);
            open.write('b');
        }
        Files.setLastModifiedTime(file, before);
        expectTorn();
        byte[] rewritten = version('a', BIG);
        rewritten[BIG - 1] = 'b';
        expectNext(rewritten);
    }

    private void expectTheOldVersionWhole() {
        assertThat(rest()).isEqualTo(version('a', BIG - READ_BEFORE));
        assertThat(server.count(Counter.FILE_CHANGED)).isZero();
    }

    @Test
    void aFileThatGrowsIsSentAsItWasPromised() throws Exception {
        Files.write(file, version('b', 10), StandardOpenOption.APPEND);
        expectTheOldVersionWhole();
        byte[] grown = Arrays.copyOf(version('a', BIG), BIG + 10);
        Arrays.fill(grown, BIG, BIG + 10, (byte) 'b');
        expectNext(grown);
    }

    @Test
    void aFileThatIsRewrittenByALongerOneTearsItsDownloads() throws Exception {
        byte[] longer = version('b', BIG + 10);
        Files.write(file, longer);
        expectTorn();
        expectNext(longer);
    }

    @Test
    void aFileThatGetsAnotherModeIsSentToItsEnd() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r-x"));
        expectTheOldVersionWhole();
    }

    @Test
    void aFileThatGetsAnotherTimeOfItsLastReadingIsSentToItsEnd() throws Exception {
        Files.getFileAttributeView(file, BasicFileAttributeView.class)
                .setTimes(null, FileTime.fromMillis(1_000_000_000_000L), null);
        expectTheOldVersionWhole();
    }

    @Test
    void aFileThatGetsAnotherNameIsSentToItsEnd() throws Exception {
        Files.move(file, file.resolveSibling("moved"), ATOMIC_MOVE);
        expectTheOldVersionWhole();
    }

    @Test
    void aFileThatGetsASecondNameIsSentToItsEnd() throws Exception {
        Files.createLink(file.resolveSibling("second"), file);
        expectTheOldVersionWhole();
    }

    @Test
    void aFileThatIsReplacedIsSentInItsOldVersionToTheEnd() throws Exception {
        Path other = Files.write(file.resolveSibling("other"), version('b', BIG));
        Files.move(other, file, ATOMIC_MOVE, REPLACE_EXISTING);

        expectTheOldVersionWhole();
        assertThat(client.get("/other").status()).isEqualTo(404);
    }

    @Test
    void aFileThatIsDeletedIsSentToItsEnd() throws Exception {
        Files.delete(file);

        expectTheOldVersionWhole();
    }

    @Test
    void aFileThatIsTruncatedTearsADownloadOfItsPartsToo() throws Exception {
        try (RawClient parts = RawClient.of(server)) {
            parts.send(request("GET", "/big.bin", "Range: bytes=0-5000000,5500000-"));
            int length = (int) parts.reader().readHead().contentLength();
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.setLength(READ_BEFORE);
            }
            assertThat(parts.reader().readBodyOrTorn(length)).isNull();
        }
        assertThat(rest()).isNull();
    }
}
