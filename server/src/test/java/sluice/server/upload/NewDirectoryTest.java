package sluice.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import static sluice.server.testing.RawClient.request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.http.Method;
import sluice.server.Sluice;
import sluice.server.Uploads;
import sluice.server.root.Roots;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Rehearsed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a client may make a directory. */
final class NewDirectoryTest {
    @TempDir
    private Path root;

    @TempDir
    private Path elsewhere;

    private Rehearsed site;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(root.resolve("old.txt"), "old");
        Files.createDirectory(root.resolve("folder"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("old.txt"));
        Files.createSymbolicLink(root.resolve("inside"), Path.of("folder"));
        Files.createSymbolicLink(root.resolve("outside"), elsewhere);
        site = Rehearsed.of(Sluice.builder().root(root).uploads(Uploads.defaults()));
    }

    @AfterEach
    void close() throws IOException {
        site.close();
        Roots.deleteLinks(root);
    }

    @ParameterizedTest
    @CsvSource({
        "/new,201",
        "/new/,201",
        "/folder/new/,201",
        "/inside/new,201",
        "/a%20b,201",
        "/%FF,201",
        "/./none/../new/,201",
        "/folder,405",
        "/folder/,405",
        "/,405",
        "/old.txt,405",
        "/old.txt/,405",
        "/link,405",
        "/outside,405",
        "/none/new,409",
        "/old.txt/new,409",
        "/outside/new,404",
        "/.hidden,404",
        "/.d/new,404",
        "/.well-known,403",
        "/.sluice-uploads,404",
        "/.sluice-uploads/new,404",
        "/.sluice-upload-00000000000000000000000000000000,405",
        "/a%2Fb,404",
        "/%00,400"
    })
    void aDirectoryIsMadeOnlyWhereNothingHasItsName(String target, int status) throws IOException {
        ReceivedResponse response = site.ask(Method.MKCOL, request("MKCOL", target));

        assertThat(response.status()).isEqualTo(status);
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(root.resolve("old.txt")).hasContent("old");
        if (status == 201) {
            String file = target + (target.endsWith("/") ? "" : "/") + "file";
            assertThat(site.ask(Method.PUT, request("PUT", file, "Content-Length: 3") + "new")
                            .status())
                    .isEqualTo(201);
            ReceivedResponse again = site.ask(Method.MKCOL, request("MKCOL", target));
            assertThat(again.status()).isEqualTo(405);
            assertThat(again.field("Allow")).contains("PUT").doesNotContain("MKCOL");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 3,415",
        "Transfer-Encoding: chunked,415",
        "Content-Length: 0,201",
        "If-None-Match: *,201",
        "If-Match: *,412"
    })
    void aDirectoryIsMadeWithoutABodyAndUnderItsConditions(String line, int status)
            throws IOException {
        String body = line.startsWith("T") ? "3\r\nnew\r\n0\r\n\r\n" : "new";
        String all = request("MKCOL", "/new", line) + (status == 415 ? body : "");

        assertThat(site.ask(Method.MKCOL, all).status()).isEqualTo(status);
        assertThat(Files.exists(root.resolve("new"))).isEqualTo(status == 201);
    }

    @Test
    void aDirectoryHasTheModeThatTheUmaskLeaves() throws IOException {
        assertThat(site.ask(Method.MKCOL, request("MKCOL", "/new")).status()).isEqualTo(201);

        Path usual = Files.createDirectory(elsewhere.resolve("usual"));
        assertThat(Files.getPosixFilePermissions(root.resolve("new")))
                .isEqualTo(Files.getPosixFilePermissions(usual));
        Files.delete(usual);
    }

    @Test
    void aDirectoryThatNobodyMayWriteToGetsNoNewOne() throws IOException {
        Path locked = root.resolve("folder");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(locked), "root may write everywhere");

        assertThat(site.ask(Method.MKCOL, request("MKCOL", "/folder/new")).status())
                .isEqualTo(403);
    }
}
