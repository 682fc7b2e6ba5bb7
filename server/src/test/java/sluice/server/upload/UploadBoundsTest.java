package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Method;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.testing.Rehearsal;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How many uploads a server receives at one time, and which names an upload may have. */
final class UploadBoundsTest {
    @TempDir
    private Path root;

    private final List<Rehearsal> connections = new ArrayList<>();

    @AfterEach
    void close() {
        connections.forEach(Rehearsal::close);
    }

    private Sluice.Builder settings(boolean dotfiles) {
        ServedFiles files = ServedFiles.in(root).withDotfiles(dotfiles);
        return Sluice.builder().files(files.withUploads(Uploads.defaults()));
    }

    /** Begins an upload whose body never comes; returns what it was answered with so far. */
    private byte[] begin(Rehearsed site, int number) {
        Rehearsal connection = site.connect();
        connections.add(connection);
        String head = request("PUT", "/" + number, "Content-Length: 9");
        connection.receive(head.getBytes(ISO_8859_1));
        return connection.output();
    }

    /** The numbers are those of docs/supported-http.md; 115 files are of 1,024 descriptors. */
    @ParameterizedTest
    @CsvSource({"EPOLL, 2048, 256", "EPOLL, 115, 14"})
    void oneUploadMoreThanTheLimitIs503UntilAnotherHasEnded(Model model, int files, int limit)
            throws IOException {
        Cell cell = new Cell(model, CopyMode.AUTO);
        try (Rehearsed site = Rehearsed.of(settings(false), cell, files)) {
            for (int i = 0; i < limit; i++) {
                assertThat(begin(site, i)).as("upload " + i).isEmpty();
            }
            begin(site, limit);
            List<ReceivedResponse> answers = Rehearsed.answers(connections.getLast(), Method.PUT);
            assertThat(answers).hasSize(1);
            ReceivedResponse refused = answers.getFirst();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("Retry-After")).isEqualTo("5");

            connections.getFirst().close();
            assertThat(begin(site, limit + 1)).isEmpty();
        }
    }

    /** Of a server that serves dotfiles, and of one that does not. */
    @Test
    void anUploadBelowADirectoryThatIsNotServedIsNotThere() throws IOException {
        Files.createDirectory(root.resolve(".d"));
        String begins = request("PUT", "/.d/new.bin", "Upload-Complete: ?0");
        String reference;
        try (Rehearsed open = Rehearsed.of(settings(true))) {
            ReceivedResponse begun = open.ask(Method.PUT, begins);
            assertThat(begun.status()).isEqualTo(201);
            reference = begun.field("Location");
            assertThat(reference).startsWith("/.sluice-uploads/.sluice-upload-");
            assertThat(status(open, Method.HEAD, reference)).isEqualTo(204);
        }
        try (Rehearsed strict = Rehearsed.of(settings(false))) {
            assertThat(status(strict, Method.HEAD, reference)).isEqualTo(404);
            assertThat(status(strict, Method.PATCH, reference)).isEqualTo(404);
            assertThat(status(strict, Method.DELETE, reference)).isEqualTo(404);
        }
        assertThat(root.resolve(reference.substring(1))).exists();
    }

    private static int status(Rehearsed site, Method method, String target) throws IOException {
        String[] lines = {
            "Content-Type: application/partial-upload", "Upload-Complete: ?0", "Upload-Offset: 0"
        };
        return site.ask(method, request(method.name(), target, lines)).status();
    }
}
