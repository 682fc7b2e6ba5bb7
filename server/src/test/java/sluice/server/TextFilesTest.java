package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/** Files whose names do not tell their type: a browser shows those that are text. */
@ParameterizedClass
@MethodSource("sluice.server.testing.Setup#models")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TextFilesTest {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BINARY = "application/octet-stream";

    @Parameter
    private Setup setup = Setup.PLAIN;

    private Path root;
    private FileServer server;

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void start(@TempDir Path folder) throws IOException {
        root = folder;
        server = setup.start(setup.serving(folder)
                .files(ServedFiles.in(folder)
                        .withFresh(Duration.ZERO)
                        .withTypes(Map.of("odd", "application/x-odd"))));
    }

    @AfterParameterizedClassInvocation(injectArguments = false)
    void stop() {
        server.close();
    }

    private ReceivedResponse get(String target) throws IOException {
        return RawClient.get(server, target);
    }

    private String type(String name, byte[] content) throws IOException {
        Path beside = Files.write(root.resolve("new"), content);
        Files.move(beside, root.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        ReceivedResponse response = get("/" + name);
        assertThat(response.body()).isEqualTo(content);
        return response.field("Content-Type");
    }

    private static byte[] text(int length) {
        return "x".repeat(length).getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 100_000})
    void textIsShownAndOctetsAreDownloaded(int length) throws IOException {
        for (String name : new String[] {"README", "a.patch", "a.toml", "a.ts"}) {
            assertThat(type(name, text(length))).as(name).isEqualTo(TEXT);
        }
        byte[] octets = text(length + 1);
        octets[0] = 0;
        assertThat(type("README", octets)).isEqualTo(BINARY);
        assertThat(type("a.ts", octets)).isEqualTo("video/mp2t");
        assertThat(type("README", text(length))).isEqualTo(TEXT);
    }

    @Test
    void noContentMakesAPageThatRuns() throws IOException {
        byte[] page = "<!DOCTYPE html><script>alert(1)</script>".getBytes(UTF_8);
        assertThat(type("page", page)).isEqualTo(TEXT);
        assertThat(type("page.vue", page)).isEqualTo(TEXT);
    }

    @Test
    void theTypeThatTheUserChoseIsSent() throws IOException {
        assertThat(type("a.odd", text(10))).isEqualTo("application/x-odd");
    }
}
