package sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.client.TinyServer.saying;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** An upload whose process died goes on in a later run of the same command. */
final class LaterRunsTest {
    private static final int LENGTH = 1_000_000;
    private static final String VERSION = "Upload-Draft-Interop-Version: 8\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    private static final String HALF =
            "HTTP/1.1 204 No Content\r\nUpload-Complete: ?0\r\nUpload-Offset: 500000\r\n\r\n";

    /** The process ends where it would wait for another try. */
    private static final Transfer.Pause DIES = time -> {
        throw new InterruptedException("killed");
    };

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private Path source;
    private Path memories;

    @BeforeEach
    void plant() throws IOException {
        source = Files.write(folder.resolve("source"), new byte[LENGTH]);
        memories = folder.resolve("home/cache");
    }

    private static TinyServer.Reply tears() {
        return (head, in, out) -> {
            String interim = "HTTP/1.1 104 Upload Resumption Supported\r\n" + VERSION
                    + "Location: /part\r\n\r\n" + CONTINUE;
            out.write(interim.getBytes(US_ASCII));
            in.readNBytes(LENGTH / 2);
            throw new TinyServer.Tear();
        };
    }

    private static TinyServer.Reply takes(int octets) {
        return (head, in, out) -> {
            out.write(CONTINUE.getBytes(US_ASCII));
            in.readNBytes(octets);
            out.write(CREATED.getBytes(US_ASCII));
        };
    }

    private Upload upload(TinyServer server, Transfer.Pause pause) {
        return new Upload(source, server.url("/file"), recorder, pause, memories);
    }

    private void die(TinyServer server) {
        assertThatThrownBy(() -> upload(server, DIES).run())
                .isInstanceOf(InterruptedException.class);
    }

    private List<Path> remembered() throws IOException {
        try (Stream<Path> files = Files.list(memories)) {
            return files.toList();
        }
    }

    private static List<String> methods(TinyServer server) {
        return server.heads.stream()
                .map(head -> head.substring(0, head.indexOf(" HTTP/1.1")))
                .toList();
    }

    @Test
    void itGoesOnWhereTheServerIsAndLeavesNoTrace() throws Exception {
        try (TinyServer server = TinyServer.of(tears(), saying(HALF), takes(LENGTH / 2))) {
            die(server);
            assertThat(remembered()).hasSize(1);
            assertThat(folder.resolve("source").getParent())
                    .isDirectoryNotContaining(file -> file.toString().contains(".sluice"));
            assertThat(upload(server, recorder).run())
                    .isEqualTo(new Upload.Summary(LENGTH, 201, true, false));
            assertThat(methods(server)).containsExactly("PUT /file", "HEAD /part", "PATCH /part");
            assertThat(server.heads.getLast()).contains("Upload-Offset: 500000", VERSION.strip());
        }
        assertThat(remembered()).isEmpty();
    }

    /** Whoever can read the name of the upload can change it. */
    @Test
    void whatIsRememberedIsForNobodyElseToRead() throws Exception {
        try (TinyServer server = TinyServer.of(tears())) {
            die(server);
        }
        for (Path file : List.of(remembered().getFirst(), memories)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .endsWith("------");
        }
    }

    /** Two versions would be mixed. */
    @ParameterizedTest
    @CsvSource({"1000000,1", "1000000,0", "999999,0"})
    void anotherVersionOfTheFileIsSentFromTheStart(int length, long later) throws Exception {
        try (TinyServer server = TinyServer.of(tears(), takes(length))) {
            FileTime before = Files.getLastModifiedTime(source);
            die(server);
            Files.write(source, new byte[length]);
            Files.setLastModifiedTime(source, FileTime.fromMillis(before.toMillis() + later));
            upload(server, recorder).run();
            assertThat(methods(server)).containsExactly("PUT /file", "PUT /file");
        }
    }

    @Test
    void anotherUrlIsAnotherUpload() throws Exception {
        try (TinyServer server = TinyServer.of(tears(), takes(LENGTH))) {
            die(server);
            new Upload(source, server.url("/other"), recorder, recorder, memories).run();
            assertThat(methods(server)).containsExactly("PUT /file", "PUT /other");
        }
        assertThat(remembered()).hasSize(1);
    }

    /** A complete one was complete then: somebody may have replaced the file since. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 Not Found;Content-Length: 0;;",
                "405 Method Not Allowed;Content-Length: 0;;",
                "204 No Content;Upload-Complete: ?1;Upload-Offset: 1000000;;",
                "204 No Content;Upload-Complete: ?0;Upload-Offset: 1000001;;",
                "204 No Content;Upload-Complete: ?0;Upload-Offset: 5;Upload-Length: 999999;;",
                "204 No Content;;"
            })
    void whatTheServerCannotResumeIsSentFromTheStart(String answer) throws Exception {
        String said = "HTTP/1.1 " + answer.replace(";", "\r\n");
        try (TinyServer server = TinyServer.of(tears(), saying(said), takes(LENGTH))) {
            die(server);
            assertThat(upload(server, recorder).run().status()).isEqualTo(201);
            assertThat(methods(server)).containsExactly("PUT /file", "HEAD /part", "PUT /file");
        }
        assertThat(recorder.notes).anyMatch(note -> note.endsWith("; starting over"));
        assertThat(remembered()).isEmpty();
    }

    @Test
    void whatIsRefusedIsForgotten() throws Exception {
        String refusal = "HTTP/1.1 104 Upload Resumption Supported\r\n" + VERSION
                + "Location: /part\r\n\r\nHTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n";
        try (TinyServer server = TinyServer.of(saying(refusal))) {
            assertThatThrownBy(() -> upload(server, recorder).run()).hasMessageContaining("413");
        }
        assertThat(remembered()).isEmpty();
    }

    @Test
    void whatWasCutInTheMiddleOfRememberingIsNotBelieved() throws Exception {
        try (TinyServer server = TinyServer.of(tears(), takes(LENGTH))) {
            die(server);
            Path file = remembered().getFirst();
            String text = Files.readString(file);
            Files.writeString(file, text.substring(0, text.length() - 2));
            upload(server, recorder).run();
            assertThat(methods(server)).containsExactly("PUT /file", "PUT /file");
        }
    }

    @Test
    void whatNobodyCameBackForIsDeletedInTheEnd() throws Exception {
        try (TinyServer server = TinyServer.of(tears(), takes(LENGTH))) {
            die(server);
            Path file = remembered().getFirst();
            Files.setLastModifiedTime(
                    file, FileTime.from(Instant.now().minusSeconds(8 * 24 * 3_600)));
            new Upload(source, server.url("/other"), recorder, recorder, memories).run();
            assertThat(remembered()).isEmpty();
        }
    }

    @Test
    void ofTwoRunsAtOnceOneRemembers() throws Exception {
        HttpUrl url = HttpUrl.parse("http://localhost/file");
        try (UploadMemory first = UploadMemory.open(memories, source, url, "version");
                UploadMemory second = UploadMemory.open(memories, source, url, "version")) {
            first.save(HttpUrl.parse("http://localhost/part"));
            assertThat(first.remembers()).isTrue();
            assertThat(second.remembers()).isFalse();
            second.forget();
            assertThat(second.resource()).isNull();
        }
        try (UploadMemory later = UploadMemory.open(memories, source, url, "version")) {
            assertThat(later.resource()).hasToString("http://localhost/part");
        }
    }

    @Test
    void whereNothingCanBeRememberedItIsSaidAndTheFileIsSent() throws Exception {
        Files.createFile(folder.resolve("home"));
        try (TinyServer server = TinyServer.of(takes(LENGTH))) {
            assertThat(upload(server, recorder).run().status()).isEqualTo(201);
        }
        assertThat(recorder.notes.getFirst()).contains("cannot be resumed by a later run");
    }
}
