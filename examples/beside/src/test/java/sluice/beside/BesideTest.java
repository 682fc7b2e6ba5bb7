package sluice.beside;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import sluice.io.Counter;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The framework decides, and the server sends: beside Javalin and beside Spring Boot. */
class BesideTest {
    private static final byte[] FILM = new byte[3_000_000];

    @TempDir
    Path folder;

    @BeforeEach
    void plant() throws IOException {
        new Random(1).nextBytes(FILM);
        Files.write(folder.resolve("my film.mp4"), FILM);
    }

    private static HttpURLConnection ask(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static void decidesAndSends(int port, Downloads downloads) throws IOException {
        URI app = URI.create("http://127.0.0.1:" + port + "/download/my%20film.mp4");
        assertThat(ask(URI.create(app + "?user=bob")).getResponseCode()).isEqualTo(403);

        HttpURLConnection decided = ask(URI.create(app + "?user=anna"));
        assertThat(decided.getResponseCode()).isEqualTo(302);
        URI link = URI.create(decided.getHeaderField("Location"));
        assertThat(link.getPort()).isEqualTo(downloads.server().port());
        assertThat(ask(link).getInputStream().readAllBytes()).isEqualTo(FILM);
        assertThat(downloads.server().count(Counter.BYTES_COPIED)).isZero();

        URI unsigned = downloads.server().uri().resolve("my%20film.mp4");
        assertThat(ask(unsigned).getResponseCode()).isEqualTo(403);
        URI other = URI.create(link.toString().replace("my%20film.mp4", "other.mp4"));
        assertThat(ask(other).getResponseCode()).isEqualTo(403);
    }

    @Test
    void javalinDecidesAndSluiceSends() throws IOException {
        try (BesideJavalin program = BesideJavalin.start(folder, 0)) {
            decidesAndSends(program.port(), program.downloads());
        }
    }

    /** Takes some seconds. */
    @Tag("thorough")
    @Test
    void springBootDecidesAndSluiceSends() throws IOException {
        Downloads downloads;
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
                        BesideSpring.class)
                .properties("server.port=0", "server.address=127.0.0.1", "files=" + folder)
                .properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
                .run()) {
            downloads = context.getBean(Downloads.class);
            int port = context.getEnvironment()
                    .getRequiredProperty("local.server.port", Integer.class);
            decidesAndSends(port, downloads);
        }
        // The server has ended with the application.
        assertThat(downloads.server().isDraining()).isTrue();
    }
}
