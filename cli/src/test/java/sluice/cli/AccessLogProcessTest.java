package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code sluice serve --access-log}: what is in the file when the process has ended. */
final class AccessLogProcessTest {
    @Test
    void whatWasAnsweredIsInTheLogWhenTheServerHasEnded(@TempDir Path root, @TempDir Path elsewhere)
            throws Exception {
        Files.writeString(root.resolve("hello.txt"), "hello");
        Files.write(root.resolve("big"), new byte[100_000]);
        Path log = elsewhere.resolve("access.log");
        try (ServeProcess server = ServeProcess.start(
                elsewhere.resolve("errors"), root.toString(), "--access-log", log.toString())) {
            for (String target : List.of("/hello.txt", "/big", "/nothing")) {
                server.uri()
                        .resolve(target)
                        .toURL()
                        .openConnection()
                        .getHeaderField("Content-Length");
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            List<String> lines = Files.readAllLines(log);
            assertThat(lines)
                    .hasSize(3)
                    .allMatch(line -> line.contains("\"remote\":\"127.0.0.1\""));
            // Of two loops either may come to its line first.
            assertThat(lines)
                    .anyMatch(line -> line.contains("\"target\":\"/hello.txt\"")
                            && line.contains("\"bytes\":5,")
                            && line.contains("\"path\":\"memory\""))
                    .anyMatch(line -> line.contains("\"target\":\"/big\""))
                    .anyMatch(line -> line.contains("\"status\":404"));
            assertThat(server.errors()).doesNotContain("lost");
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsAFailureAtTheStart(@TempDir Path root) throws Exception {
        Path errors = root.resolve("errors");
        assertThat(ServeProcess.refused(
                        List.of(), errors, root.toString(), "--access-log", "/nowhere/at/all"))
                .isEqualTo(Main.FAILED);
        assertThat(Files.readString(errors)).contains("access log", "/nowhere/at/all");
    }
}
