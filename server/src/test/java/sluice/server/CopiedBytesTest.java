package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.http.Method;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.server.testing.Await;
import sluice.server.testing.Coded;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** By sendfile(2) no byte of a file passes through user space, whatever part of it is asked for. */
class CopiedBytesTest {
    /** More than is kept in memory. */
    private static final byte[] CODED = Coded.gzip(Tree.MEDIUM);

    @TempDir
    Path root;

    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        Cell cell = new Cell(Model.EPOLL, CopyMode.SENDFILE);
        assumeTrue(cell.refusal() == null, cell::refusal);
        Tree.plant(root);
        Files.write(root.resolve("app.js"), Tree.MEDIUM);
        Files.write(root.resolve("app.js.gz"), CODED);
        server = new Setup(cell, Setup.PLAIN.reactor()).serving(root).build().start();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** The client may have the bytes before the loop has counted them. */
    private void expectFromFiles(long bytes) throws Exception {
        Await.equal("bytes from files", () -> server.count(Counter.BYTES_FROM_FILES), bytes);
        assertThat(server.count(Counter.BYTES_COPIED)).isZero();
    }

    @Test
    void aWholeFileIsNotCopied() throws Exception {
        assertThat(RawClient.get(server, "/large.bin").body()).isEqualTo(Tree.LARGE);
        expectFromFiles(Tree.LARGE.length);
    }

    @Test
    void aRangeIsNotCopiedAndNoMoreThanItIsRead() throws Exception {
        assertThat(RawClient.get(server, "/large.bin", "Range: bytes=1000-500999")
                        .status())
                .isEqualTo(206);
        expectFromFiles(500_000);
    }

    @Test
    void severalRangesAreNotCopied() throws Exception {
        String ranges = "Range: bytes=0-99,50000-99999,700000-700000,-300000";
        assertThat(Parts.of(RawClient.get(server, "/large.bin", ranges))).hasSize(4);
        expectFromFiles(100 + 50_000 + 1 + 300_000);
    }

    @Test
    void aVariantAndItsRangesAreNotCopied() throws Exception {
        String gzip = "Accept-Encoding: gzip";
        assertThat(RawClient.get(server, "/app.js", gzip).body()).isEqualTo(CODED);
        ReceivedResponse part = RawClient.get(server, "/app.js", gzip, "Range: bytes=-30000");
        assertThat(part.body()).hasSize(30_000);
        expectFromFiles(CODED.length + 30_000);
    }

    @Test
    void anAnswerWithoutBodyReadsNothing() throws Exception {
        try (RawClient client = RawClient.of(server)) {
            ReceivedResponse head = client.send(request("HEAD", "/large.bin")).read(Method.HEAD);
            assertThat(head.contentLength()).isEqualTo(Tree.LARGE.length);
            String tag = head.field("ETag");
            assertThat(client.get("/large.bin", "If-None-Match: " + tag).status())
                    .isEqualTo(304);
            assertThat(client.get("/large.bin", "If-Match: \"other\"").status()).isEqualTo(412);
            assertThat(client.get("/large.bin", "Range: bytes=2000000-").status())
                    .isEqualTo(416);
            // Its byte tells that all before it has been counted.
            assertThat(client.get("/large.bin", "Range: bytes=0-0").body()).hasSize(1);
        }
        expectFromFiles(1);
    }

    @Test
    void byDefaultOnlyWhatIsSmallIsCopied() throws Exception {
        server.close();
        server = new Setup(new Cell(Model.EPOLL, CopyMode.AUTO), Reactor.SINGLE)
                .serving(root)
                .build()
                .start();
        assertThat(RawClient.get(server, "/large.bin", "Range: bytes=0-40960").status())
                .isEqualTo(206);
        expectFromFiles(CopyMode.COPIED_MAX + 1);
        assertThat(RawClient.get(server, "/medium.bin", "Range: bytes=0-0,9-9").status())
                .isEqualTo(206);
        Await.equal("bytes copied", () -> server.count(Counter.BYTES_COPIED), 2);
    }

    @Test
    void theCopyingPathIsSeenToCopy() throws Exception {
        server.close();
        server = new Setup(new Cell(Model.best(), CopyMode.DIRECT), Reactor.SINGLE)
                .serving(root)
                .build()
                .start();
        assertThat(RawClient.get(server, "/medium.bin", "Range: bytes=0-999").status())
                .isEqualTo(206);
        Await.equal("bytes copied", () -> server.count(Counter.BYTES_COPIED), 1_000);
    }

    @Test
    void whoEmbedsAServerCanDemandThatNothingIsCopied() throws Exception {
        Runnable download = () -> get("/large.bin");
        ZeroCopyAssertions.assertZeroCopy(server, Tree.LARGE.length, download);
        server.close();
        server = new Setup(new Cell(Model.best(), CopyMode.DIRECT), Reactor.SINGLE)
                .serving(root)
                .build()
                .start();
        assertThatThrownBy(() ->
                        ZeroCopyAssertions.assertZeroCopy(server, Tree.LARGE.length, download))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(Tree.LARGE.length + " of these were copied")
                .hasMessageContaining("copy direct");
    }

    private void get(String path) {
        try {
            assertThat(RawClient.get(server, path).status()).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
