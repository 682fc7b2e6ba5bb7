package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.testing.RawClient;
import sluice.server.testing.Setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A log that bounds its own files, and writes the fields that its owner wants. */
final class AccessLogRotationTest {
    private static final int FULL = 4;

    @TempDir
    private Path logs;

    private Path path;

    @BeforeEach
    void name() {
        path = logs.resolve("access.log");
    }

    private LogFile open(int keep) throws IOException {
        return LogFile.open(path, FULL, keep, () -> 0);
    }

    private Path numbered(int number) {
        return logs.resolve("access.log." + number);
    }

    private static void write(LogFile file, String line) {
        assertThat(file.write(line.getBytes(US_ASCII))).isZero();
    }

    @Test
    void aFullFileIsRenamedBeforeTheNextLineAndTheOldestIsDeleted() throws IOException {
        try (LogFile file = open(2)) {
            write(file, "1\n");
            write(file, "2\n");
            write(file, "3\n");
            assertThat(path).hasContent("3\n");
            assertThat(numbered(1)).hasContent("1\n2\n");
            write(file, "4\n");
            write(file, "5\n");
            write(file, "6\n");
            write(file, "7\n");
            assertThat(path).hasContent("7\n");
            assertThat(numbered(1)).hasContent("5\n6\n");
            assertThat(numbered(2)).hasContent("3\n4\n");
            assertThat(numbered(3)).doesNotExist();
        }
    }

    @Test
    void aFileThatWasFullAtTheStartIsRenamedFirst() throws IOException {
        Files.writeString(path, "before\n");
        try (LogFile file = open(1)) {
            write(file, "1\n");
            assertThat(path).hasContent("1\n");
            assertThat(numbered(1)).hasContent("before\n");
        }
    }

    @Test
    void aFileThatCannotBeRenamedGrowsOnAndLosesNoLine() throws IOException {
        Files.createDirectories(numbered(1).resolve("in the way"));
        try (LogFile file = open(1)) {
            write(file, "1\n2\n");
            write(file, "3\n");
            assertThat(path).hasContent("1\n2\n3\n");
        }
    }

    @Test
    void aFileBelowTheSizeStays() throws IOException {
        try (LogFile file = LogFile.open(path, 0, 1, () -> 0)) {
            write(file, "12345\n");
            write(file, "6\n");
        }
        assertThat(path).hasContent("12345\n6\n");
        assertThat(numbered(1)).doesNotExist();
    }

    @Test
    void aLineHasTheChosenFieldsInTheirOrder(@TempDir Path root) throws Exception {
        Files.writeString(root.resolve("file"), "content");
        AccessLogForm form = AccessLogForm.of(AccessLogFormat.JSON)
                .withFields(List.of(
                        AccessLogField.STATUS, AccessLogField.TARGET, AccessLogField.BYTES));
        try (AccessLog log = AccessLog.to(path, form);
                FileServer server =
                        Setup.PLAIN.serving(root).onResponse(log).build().start()) {
            RawClient.get(server, "/file");
        }
        assertThat(path).hasContent("{\"status\":200,\"target\":\"/file\",\"bytes\":7}\n");
    }

    @Test
    void aFormThatCannotBeIsRefused() {
        AccessLogForm form = AccessLogForm.of(AccessLogFormat.JSON);
        assertThatThrownBy(() -> form.withFields(List.of())).hasMessageContaining("needs a field");
        assertThatThrownBy(() -> form.withRotation(1, 1)).hasMessageContaining("not 1");
        assertThatThrownBy(() -> form.withRotation(AccessLogForm.ROTATE_MIN, 0))
                .hasMessageContaining("not 0");
    }
}
