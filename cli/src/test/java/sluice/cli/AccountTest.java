package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The user that a server becomes. */
final class AccountTest {
    private static final List<String> LINES = List.of(
            "root:x:0:0:root:/root:/bin/sh", "# a comment", "web:x:33:44:web:/srv:/bin/false", "");

    @Test
    void anEntryIsFoundByItsName() {
        assertThat(Account.of("web", LINES)).isEqualTo(new Account("web", 33, 44));
        assertThatThrownBy(() -> Account.of("we", LINES)).hasMessageContaining("no user we");
        assertThatThrownBy(() -> Account.of("a", List.of("a:x:?:0:a:/:/")))
                .hasMessageContaining("no numbers");
    }

    @Test
    void everyThreadOfTheServerBecomesTheUser(@TempDir Path root, @TempDir Path elsewhere)
            throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can");
        Account nobody = Account.named("nobody");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("open"), "open");
        Path secret = Files.writeString(root.resolve("secret"), "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (ServeProcess server = ServeProcess.start(
                elsewhere.resolve("errors"), root.toString(), "--user", "nobody")) {
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + server.pid() + "/task"))) {
                for (Path thread : threads.toList()) {
                    String ids = ("\t" + nobody.user()).repeat(4);
                    assertThat(Files.readString(thread.resolve("status")))
                            .contains("Uid:" + ids, "Groups:\t" + nobody.group() + " \n");
                }
            }
            try (Download open = Download.begin(server.uri(), "/open")) {
                assertThat(open.finish()).isEqualTo(4);
            }
            URI refused = server.uri().resolve("/secret");
            assertThat(((HttpURLConnection) refused.toURL().openConnection()).getResponseCode())
                    .isEqualTo(403);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }
}
