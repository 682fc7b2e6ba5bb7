package sluice.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import static sluice.server.testing.RawClient.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.Method;
import sluice.io.testing.Rehearsal;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.testing.Rehearsed;
import sluice.server.upload.Uploaded;

import java.nio.file.Files;
import java.nio.file.Path;

/** Until when a site that was replaced stays open: as long as anybody uses its root. */
final class SiteLifeTest {
    private static final String PUT = request("PUT", "/new", "Content-Length: 3");

    @TempDir
    private Path root;

    @TempDir
    private Path other;

    private Rehearsed sites;
    private Site site;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(root.resolve("file"), "file");
        Files.writeString(other.resolve("file"), "other");
        ServedFiles files = ServedFiles.in(root).withUploads(Uploads.defaults());
        sites = Rehearsed.of(Sluice.builder().files(files));
        site = sites.site;
    }

    @AfterEach
    void close() {
        sites.close();
        assertThat(site.isClosed()).isTrue();
    }

    private void replace() throws Exception {
        sites.replace(ServedFiles.in(other));
    }

    private void expectClosed(boolean closed) throws Exception {
        sites.awaitBackground();
        assertThat(site.isClosed()).isEqualTo(closed);
    }

    @Test
    void aSiteNobodyUsesIsClosedAtOnce() throws Exception {
        try (Rehearsal idle = sites.connect()) {
            idle.receive(request("GET", "/file").getBytes(ISO_8859_1));
            replace();
            expectClosed(true);
        }
    }

    @Test
    void aRequestThatAWorkerFindsOutAboutIsAnsweredBySiteItBeganWith() throws Exception {
        try (Rehearsal connection = sites.connect().restWorkers()) {
            connection.receive(request("GET", "/file").getBytes(ISO_8859_1));
            replace();
            expectClosed(false);
            connection.wakeWorkers();
            assertThat(Rehearsed.answers(connection, Method.GET))
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.text()).isEqualTo("file"));
            expectClosed(true);
        }
    }

    /** A listing, and a file to be changed: both are looked for below the root. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT"})
    void aWorkerKeepsItOpenWhenTheConnectionIsGone(String method) throws Exception {
        Rehearsal connection = sites.connect().restWorkers();
        String ask = method.equals("PUT") ? PUT : request("GET", "/");
        connection.receive(ask.getBytes(ISO_8859_1));
        connection.breakOff();
        replace();
        expectClosed(false);
        connection.wakeWorkers();
        expectClosed(true);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void anUploadKeepsItOpenUntilItIsAnswered() throws Exception {
        try (Rehearsal connection = sites.connect()) {
            connection.receive(PUT.getBytes(ISO_8859_1));
            replace();
            expectClosed(false);
            connection.receive("new".getBytes(ISO_8859_1));
            assertThat(Rehearsed.answers(connection, Method.PUT).getLast().status())
                    .isEqualTo(201);
            expectClosed(true);
        }
        assertThat(root.resolve("new")).hasContent("new");
    }

    @Test
    void anUploadThatBreaksOffLetsGoOfIt() throws Exception {
        Rehearsal connection = sites.connect();
        connection.receive(PUT.getBytes(ISO_8859_1));
        replace();
        connection.breakOff();
        expectClosed(true);
        assertThat(Uploaded.temporaries(root)).isEmpty();
    }

    @Test
    void whatIsNoRequestIsAnsweredByASiteThatIsLeftAgain() throws Exception {
        try (Rehearsal connection = sites.connect()) {
            connection.receive("no request\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(Rehearsed.answers(connection, Method.GET).getLast().status())
                    .isEqualTo(400);
            replace();
            expectClosed(true);
        }
    }
}
