package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import at.favre.lib.crypto.bcrypt.BCrypt;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** {@code sluice serve} with rules, as a process. */
final class RulesProcessTest {
    private Path root;
    private Path errors;

    @BeforeEach
    void plant(@TempDir Path site, @TempDir Path elsewhere) throws IOException {
        root = site;
        errors = elsewhere.resolve("errors");
        Files.writeString(root.resolve("index.html"), "home");
        Files.writeString(root.resolve("about.html"), "about us");
        Files.writeString(root.resolve("404.html"), "lost");
        Files.writeString(root.resolve("main.3f2a1b9c.js"), "script");
    }

    /** What the client saw. */
    private record Answer(int status, HttpURLConnection connection, String body) {
        String field(String name) {
            return String.valueOf(connection.getHeaderField(name));
        }
    }

    private static Answer get(ServeProcess server, String path, String... headers)
            throws IOException {
        var connection = (HttpURLConnection) server.uri().resolve(path).toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        for (int i = 0; i < headers.length; i += 2) {
            connection.setRequestProperty(headers[i], headers[i + 1]);
        }
        int status = connection.getResponseCode();
        try (InputStream in =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, connection, new String(in.readAllBytes(), UTF_8));
        }
    }

    @Test
    void allRulesOfTheCommandLineWorkTogether() throws Exception {
        try (ServeProcess server = ServeProcess.start(
                errors,
                root.toString(),
                "--header",
                "X-Team: blue",
                "--header",
                "*.html Cache-Control: max-age=5",
                "--cache-headers",
                "--security-headers",
                "--cors",
                "*",
                "--clean-urls",
                "--redirect",
                "/old/** /new/* 301",
                "--rewrite",
                "/v1/** /*",
                "--error-page",
                "404=/404.html")) {
            Answer page = get(server, "/about");
            assertThat(page.body()).isEqualTo("about us");
            assertThat(page.field("X-Team")).isEqualTo("blue");
            assertThat(page.field("Cache-Control")).isEqualTo("max-age=5");
            assertThat(page.field("X-Frame-Options")).isEqualTo("SAMEORIGIN");
            assertThat(page.field("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(get(server, "/main.3f2a1b9c.js").field("Cache-Control"))
                    .contains("immutable");
            Answer moved = get(server, "/old/a");
            assertThat(moved.status()).isEqualTo(301);
            assertThat(moved.field("Location")).isEqualTo("/new/a");
            assertThat(get(server, "/v1/main.3f2a1b9c.js").body()).isEqualTo("script");
            assertThat(get(server, "/missing").body()).isEqualTo("lost");
        }
    }

    @Test
    void anApplicationGetsItsPageForEveryPath() throws Exception {
        try (ServeProcess server = ServeProcess.start(errors, root.toString(), "--spa")) {
            assertThat(get(server, "/orders/1", "Accept", "text/html").body()).isEqualTo("home");
            assertThat(get(server, "/orders/1", "Accept", "*/*").status()).isEqualTo(404);
        }
    }

    @Test
    void aFileOfPasswordsLetsItsUsersIn() throws Exception {
        String hash = BCrypt.withDefaults().hashToString(4, "open".toCharArray());
        Path users = Files.writeString(errors.resolveSibling("users"), "anna:" + hash + "\n");
        try (ServeProcess server =
                ServeProcess.start(errors, root.toString(), "--auth-file", users.toString())) {
            assertThat(get(server, "/").status()).isEqualTo(401);
            String right = Base64.getEncoder().encodeToString("anna:open".getBytes(UTF_8));
            assertThat(get(server, "/", "Authorization", "Basic " + right).body())
                    .isEqualTo("home");
            String wrong = Base64.getEncoder().encodeToString("anna:shut".getBytes(UTF_8));
            assertThat(get(server, "/", "Authorization", "Basic " + wrong).status())
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--header;X-Team;is no header",
                "--header;Content-Length: 1;the server itself decides about Content-Length",
                "--redirect;/a;is no redirect",
                "--redirect;/a** https://b*;a wildcard to a part of the path",
                "--rewrite;/a b;a rewrite leads to a path",
                "--error-page;200=/a;from 400 to 599",
                "--cors;here;is not an origin",
                "--auth;anna:secret;no user and bcrypt hash: anna:...",
                "--auth-file;nowhere;--auth-file cannot be read"
            })
    void aRuleThatCannotBeIsOneLineWithTheReason(String option, String value, String reason)
            throws Exception {
        String[] arguments = {root.toString(), option, value};
        assertThat(ServeProcess.refused(List.of(), errors, arguments)).isEqualTo(Exit.USAGE);
        assertThat(Files.readAllLines(errors).getFirst()).startsWith("sluice: ").contains(reason);
    }
}
