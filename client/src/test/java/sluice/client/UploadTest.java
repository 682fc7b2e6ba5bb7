package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Machinery;
import sluice.server.FileServer;
import sluice.server.Sluice;
import sluice.server.Uploads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Uploads to a real server, with a proxy between that tears connections. */
final class UploadTest {
    private static final byte[] LARGE = new byte[9_000_001];

    static {
        new Random(1).nextBytes(LARGE);
    }

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private Path root;
    private FileServer server;
    private TearingProxy proxy;
    private Path source;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        source = Files.write(folder.resolve("large.bin"), LARGE);
        server = serve();
        proxy = new TearingProxy(server.port());
    }

    private FileServer serve() throws IOException {
        return Sluice.builder()
                .root(root)
                .port(0)
                .machinery(Machinery.defaults().withLoops(1))
                .uploads(Uploads.defaults().withMaxSize(10_000_000))
                .build()
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private Upload.Summary put(String path) throws IOException, InterruptedException {
        return new Upload(source, proxy.url(path), recorder, recorder, null).run();
    }

    @Test
    void aFileIsCreatedAndThenReplaced() throws Exception {
        Upload.Summary summary = put("/there.bin");
        assertThat(summary).isEqualTo(new Upload.Summary(LARGE.length, 201, true, false));
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
        assertThat(recorder.moved()).isEqualTo(LARGE.length);
        Files.writeString(source, "another");
        assertThat(put("/there.bin").status()).isEqualTo(204);
        assertThat(root.resolve("there.bin")).hasContent("another");
        assertThat(recorder.notes).isEmpty();
    }

    @Test
    void whatArrivesIsComparedAlsoAfterABrokenConnectionAndALostAnswer() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        assertThat(verified()).isEqualTo(new Upload.Summary(LARGE.length, 201, true, true));
        proxy.tearAnswerAfter(interimLength() + 1);
        assertThat(verified()).isEqualTo(new Upload.Summary(LARGE.length, 0, true, true));
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
        assertThat(recorder.begins.getFirst()).isEqualTo("hashing 0/" + LARGE.length);
    }

    private Upload.Summary verified() throws IOException, InterruptedException {
        return new Upload(source, proxy.url("/there.bin"), recorder, recorder, null)
                .verify()
                .run();
    }

    @Test
    void anEmptyFileIsAFileToo() throws Exception {
        Files.write(source, new byte[0]);
        assertThat(put("/empty").status()).isEqualTo(201);
        assertThat(root.resolve("empty")).isEmptyFile();
    }

    @Test
    void afterBrokenConnectionsItGoesOnWhereTheServerIs() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        proxy.tearRequestAfter(Long.MAX_VALUE); // Asks how far it has come.
        proxy.tearRequestAfter(2_000_000);
        Upload.Summary summary = put("/there.bin");
        assertThat(summary.resumable()).isTrue();
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
        assertThat(recorder.begins).hasSize(3);
        assertThat(recorder.begins.stream().filter(what -> what.startsWith("sending 0/")))
                .hasSize(1);
    }

    @Test
    void itOutlivesTheServer() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        recorder.atPause(() -> {
            recorder.atPause(() -> {});
            server.close();
            try {
                server = serve();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            proxy.lead(server.port());
        });
        put("/there.bin");
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
        assertThat(recorder.begins).hasSize(2);
        assertThat(recorder.begins.getLast()).doesNotStartWith("sending 0/");
    }

    @Test
    void anAnswerThatWasLostIsAskedForAgain() throws Exception {
        // 104 and 100 pass, and one octet of the 201.
        proxy.tearAnswerAfter(interimLength() + 1);
        assertThat(put("/there.bin")).isEqualTo(new Upload.Summary(LARGE.length, 0, true, false));
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
        assertThat(recorder.pauses).hasSize(1);
    }

    private long interimLength() throws IOException {
        String head = "PUT /probe HTTP/1.1\r\nHost: localhost\r\nUpload-Complete: ?1\r\n"
                + "Upload-Draft-Interop-Version: 8\r\n"
                + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n";
        StringBuilder interim = new StringBuilder();
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            while (!interim.toString().endsWith("HTTP/1.1 100 Continue\r\n\r\n")) {
                interim.append((char) socket.getInputStream().read());
            }
        }
        return interim.length();
    }

    @Test
    void whatTheServerRefusesIsNotSentAndIsExplained() throws Exception {
        Files.write(source, new byte[10_000_001]);
        assertThatThrownBy(() -> put("/big"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "exceeds the server's maximum upload size of 10000000 bytes (413");
        assertThatThrownBy(() -> put("/no/such/directory/file"))
                .hasMessageContaining("the parent directory does not exist on the server");
        assertThat(recorder.moved()).isZero();
        assertThat(recorder.pauses).isEmpty();
    }

    @Test
    void aServerThatIsNotWritableSaysSo() throws Exception {
        try (FileServer reader = Sluice.builder()
                .root(root)
                .port(0)
                .machinery(Machinery.defaults().withLoops(1))
                .build()
                .start()) {
            proxy.lead(reader.port());
            assertThatThrownBy(() -> put("/there.bin")).hasMessageContaining("--writable");
        }
    }

    @Test
    void aServerThatForgetsGetsItFromTheStart() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        recorder.atPause(() -> temporaries().forEach(this::delete));
        put("/there.bin");
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
        assertThat(recorder.notes)
                .anyMatch(note -> note.contains("the server dropped what it had received"));
    }

    @Test
    void aFileThatCannotHaveItsNameAtTheEndIsNotSentAgain() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        recorder.atPause(() -> {
            try {
                Files.createDirectory(root.resolve("there.bin"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> put("/there.bin"))
                .hasMessageContaining("or the path is a directory (409");
        assertThat(recorder.begins).hasSize(2);
        assertThat(temporaries()).isEmpty();
    }

    private List<Path> temporaries() {
        Path directory = root.resolve(".sluice-uploads");
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServerThatKnowsNoResumableUploadsGetsItFromTheStart() throws Exception {
        String old = "HTTP/1.1 100 Continue\r\n\r\n";
        TinyServer.Reply tears = (head, in, out) -> {
            out.write(old.getBytes(US_ASCII));
            in.readNBytes(1_000_000);
            throw new TinyServer.Tear();
        };
        TinyServer.Reply takes = (head, in, out) -> {
            byte[] body = in.readNBytes(LARGE.length);
            assertThat(body).isEqualTo(LARGE);
            out.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        };
        try (TinyServer plain = TinyServer.of(tears, takes)) {
            Upload.Summary summary =
                    new Upload(source, plain.url("/x"), recorder, recorder, null).run();
            assertThat(summary).isEqualTo(new Upload.Summary(LARGE.length, 201, false, false));
            assertThat(plain.heads).allMatch(head -> head.startsWith("PUT /x HTTP/1.1\r\n"));
        }
        assertThat(recorder.notes.getFirst()).contains("does not support resumable uploads");
    }

    @Test
    void aLogThatGrowsThroughTwoTriesArrivesAsItWasAtTheStart() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        recorder.atPause(() -> {
            try {
                Files.write(source, new byte[1_000], StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(put("/there.bin").octets()).isEqualTo(LARGE.length);
        assertThat(Files.readAllBytes(root.resolve("there.bin"))).isEqualTo(LARGE);
    }

    @Test
    void aLogThatGrewAndWasRewrittenIsNeverTakenForWhole() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        recorder.atPause(() -> {
            try {
                Files.write(source, new byte[LARGE.length + 1]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> put("/there.bin"))
                .hasMessageContaining("changed while it was being sent");
        assertThat(root.resolve("there.bin")).doesNotExist();
    }

    @Test
    void aFileThatIsChangedMeanwhileIsNeverTakenForWhole() throws Exception {
        proxy.tearRequestAfter(2_000_000);
        recorder.atPause(() -> {
            try {
                Files.write(source, new byte[LARGE.length]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> put("/there.bin"))
                .hasMessageContaining("changed while it was being sent");
        assertThat(root.resolve("there.bin")).doesNotExist();
        assertThat(temporaries()).isEmpty();
    }
}
