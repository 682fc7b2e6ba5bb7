package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client of a long upload is told what it need not send again, and no other client is. */
final class UploadProgressTest {
    private static final byte[] CONTENT = Tree.random((int) Upload.TELL_EVERY * 9 / 8);

    private static final String VERSION = "Upload-Draft-Interop-Version: 8";

    @TempDir
    private Path root;

    private FileServer serve(Model model) throws IOException {
        Setup setup = new Setup(new Cell(model, CopyMode.AUTO), Reactor.SINGLE);
        return setup.serving(root).uploads(Uploads.defaults()).build().start();
    }

    /** By splice, and by transferFrom. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "SELECTOR"})
    void aLongUploadIsToldHowFarItIsSafe(Model model) throws Exception {
        try (FileServer server = serve(model);
                RawClient client = RawClient.of(server)) {
            List<ReceivedResponse> heads = put(client, "Upload-Complete: ?1\r\n" + VERSION);
            assertThat(heads).extracting(ReceivedResponse::status).containsExactly(104, 104, 201);
            assertThat(heads.get(0).field("Location")).startsWith("/.sluice-uploads/");
            assertThat(heads.get(1).has("Location")).isFalse();
            assertThat(heads.subList(0, 2))
                    .allMatch(head -> head.field("Upload-Draft-Interop-Version").equals("8"));
            assertThat(Long.parseLong(heads.get(1).field("Upload-Offset")))
                    .isBetween(Upload.TELL_EVERY, (long) CONTENT.length);
            assertThat(Files.readAllBytes(root.resolve("big.bin"))).isEqualTo(CONTENT);
        }
    }

    /** By the buffer, and by a thread of its own. */
    @ParameterizedTest
    @EnumSource(names = {"ASYNC_CHANNEL", "BLOCKING"})
    @Tag("thorough")
    void soItIsWhereBytesAreNotLeftInTheSocket(Model model) throws Exception {
        aLongUploadIsToldHowFarItIsSafe(model);
    }

    @Test
    void whoCouldNotGoOnIsToldNothing() throws Exception {
        try (FileServer server = serve(Model.EPOLL);
                RawClient client = RawClient.of(server)) {
            for (String line : List.of(
                    "Pragma: none",
                    "Upload-Complete: ?1",
                    "Upload-Complete: ?1\r\nUpload-Draft-Interop-Version: 6",
                    "Upload-Complete: ?1\r\nUpload-Draft-Interop-Version: 8.0")) {
                assertThat(put(client, line))
                        .extracting(ReceivedResponse::status)
                        .allMatch(status -> status >= 200);
            }
        }
    }

    private static List<ReceivedResponse> put(RawClient client, String line) throws Exception {
        String length = "Content-Length: " + CONTENT.length;
        client.send(request("PUT", "/big.bin", length, line)).send(CONTENT);
        List<ReceivedResponse> heads = new ArrayList<>();
        do {
            heads.add(ReceivedResponse.of(client.reader().readHead(), new byte[0]));
        } while (heads.getLast().status() < 200);
        return heads;
    }
}
