package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.http.Method;
import sluice.io.Counter;
import sluice.server.FileServer;
import sluice.server.Uploads;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What waits to be resumed does not keep others from uploading. */
final class UnfinishedUploadsTest {
    private static final int MEGABYTE = 1_000_000;
    /** More than 8 MiB by less than what a client can send before it reads the answer. */
    private static final int TOO_MUCH = 8_600_000;

    @TempDir
    private Path root;

    private FileServer serve(long maxUnfinished) throws IOException {
        return Setup.PLAIN
                .serving(root)
                .uploads(Uploads.defaults().withMaxUnfinished(maxUnfinished))
                .build()
                .start();
    }

    private static ReceivedResponse begin(FileServer server, int octets) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            String[] lines = {"Upload-Complete: ?0", "Content-Length: " + octets};
            return client.send(request("PUT", "/file", lines))
                    .send(new byte[octets])
                    .read();
        }
    }

    private static int head(FileServer server, String reference) throws IOException {
        try (RawClient client = RawClient.of(server)) {
            return client.send(request("HEAD", reference)).read(Method.HEAD).status();
        }
    }

    @Test
    void theOneThatWaitsLongestGoesWhereAllAreTooLarge() throws IOException {
        try (FileServer server = serve(2_500)) {
            String first = begin(server, 1_000).field("Location");
            String second = begin(server, 1_000).field("Location");
            assertThat(head(server, first)).isEqualTo(204);
            String third = begin(server, 1_000).field("Location");
            assertThat(head(server, first)).isEqualTo(404);
            assertThat(head(server, second)).isEqualTo(204);
            assertThat(head(server, third)).isEqualTo(204);
            assertThat(Uploaded.temporaries(root)).hasSize(4);
        }
    }

    @Test
    void oneThatIsTooLargeAloneIsRefusedAndTakesNoOtherWithIt() throws IOException {
        try (FileServer server = serve(2_500)) {
            String small = begin(server, 1_000).field("Location");
            assertThat(begin(server, 2_501).status()).isEqualTo(507);
            assertThat(head(server, small)).isEqualTo(204);
            assertThat(Uploaded.temporaries(root)).hasSize(2);
        }
    }

    @Test
    void whatAnEarlierServerKeptCountsToo() throws Exception {
        String first;
        try (FileServer server = serve(2_500)) {
            first = begin(server, 2_000).field("Location");
        }
        try (FileServer server = serve(2_500)) {
            // The first look at the root may come after this upload: then the next one goes.
            Await.until("the oldest is gone", () -> {
                begin(server, 1_000);
                return head(server, first) == 404;
            });
        }
    }

    @Test
    void byDefaultTheyLeaveAQuarterOfTheSpace(@TempDir Path place) throws Exception {
        onSmallDisk(place, disk -> {
            try (FileServer server = Setup.PLAIN
                    .serving(disk)
                    .uploads(Uploads.defaults())
                    .build()
                    .start()) {
                String first = begin(server, 3_500_000).field("Location");
                String second = begin(server, 3_500_000).field("Location");
                assertThat(head(server, first)).isEqualTo(404);
                assertThat(head(server, second)).isEqualTo(204);
            }
        });
    }

    /** By splice, by a channel, and by the buffer; with a length, and in chunks. */
    @ParameterizedTest
    @MethodSource("sluice.server.testing.Setup#models")
    void oneThatFillsTheDiskIsDeletedSoThatOthersGoOn(Setup setup, @TempDir Path place)
            throws Exception {
        onSmallDisk(place, disk -> {
            byte[] content = Tree.random(TOO_MUCH);
            try (FileServer server =
                    setup.serving(disk).uploads(Uploads.defaults()).build().start()) {
                for (String framing : new String[] {"Transfer-Encoding: chunked", ""}) {
                    fill(server, disk, framing, content);
                    Await.until(
                            "it is deleted", () -> Uploaded.temporaries(disk).isEmpty());
                    try (RawClient client = RawClient.of(server)) {
                        client.send(request("PUT", "/other", "Content-Length: 5000000"));
                        client.send(Arrays.copyOf(content, 5 * MEGABYTE));
                        assertThat(client.read().status()).isEqualTo(201);
                        client.send(request("DELETE", "/other"));
                        assertThat(client.read().status()).isEqualTo(204);
                    }
                }
            }
        });
    }

    /** With a length, the space was there when the upload began. */
    private static void fill(FileServer server, Path disk, String framing, byte[] content)
            throws Exception {
        Path filler = disk.resolve("filler");
        try (RawClient client = RawClient.of(server)) {
            String[] lines = {"Upload-Complete: ?1", "Upload-Draft-Interop-Version: 8", framing};
            if (framing.isEmpty()) {
                lines[2] = "Content-Length: " + 7 * MEGABYTE;
                client.send(request("PUT", "/big", lines));
                assertThat(client.reader().readHead().status()).isEqualTo(104);
                Files.write(filler, Arrays.copyOf(content, 3 * MEGABYTE / 2));
                client.send(Arrays.copyOf(content, 7 * MEGABYTE));
            } else {
                client.send(request("PUT", "/big", lines) + Integer.toHexString(TOO_MUCH) + "\r\n");
                assertThat(client.reader().readHead().status()).isEqualTo(104);
                client.send(content);
            }
            assertThat(client.read().status()).isEqualTo(507);
        } finally {
            Files.deleteIfExists(filler);
        }
    }

    /** Interop version 8 or an answer would tell where it is: nobody can resume it. */
    @Test
    void oneThatNobodyWasToldAboutIsNotKept() throws Exception {
        try (FileServer server = serve(Uploads.DERIVED)) {
            try (RawClient client = RawClient.of(server)) {
                client.send(request(
                                "PUT", "/file", "Upload-Complete: ?1", "Content-Length: 1000000"))
                        .send(new byte[1_000]);
                Await.equal("octets", () -> server.count(Counter.BYTES_TO_FILES), 1_000);
                client.reset();
            }
            Await.until("it is deleted", () -> Uploaded.temporaries(root).isEmpty());
        }
    }

    private interface OnDisk {
        void run(Path disk) throws Exception;
    }

    private static void onSmallDisk(Path place, OnDisk test) throws Exception {
        Path disk = Files.createDirectory(place.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()) == 0,
                "a small disk cannot be mounted here");
        try {
            test.run(disk);
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
