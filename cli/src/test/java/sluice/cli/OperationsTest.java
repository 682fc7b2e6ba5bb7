package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import sluice.linux.Linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The socket for orders, while a server starts and ends. */
final class OperationsTest {
    @TempDir
    private Path directory;

    private Path control;

    @BeforeEach
    void needsLinux() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        control = directory.resolve("control");
    }

    private Operations start() throws IOException {
        AdminOptions options = new AdminOptions();
        Options.understood(new CommandLine(options)).parseArgs("--control", control.toString());
        return Operations.start(options, Systemd.of(Map.of(), 1), null);
    }

    /** As another user it may not make a file there any more. */
    @Test
    void theSocketHasItsNameAsSoonAsTheServerIsBoundAndBeforeItGivesUpRoot() throws Exception {
        try (Operations operations = start()) {
            assertThat(control).doesNotExist();
            operations.bound();
            assertThat(control).exists();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aServerThatDoesNotStartLeavesNothing() throws Exception {
        start().close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileOfThatNameStays() throws Exception {
        Files.writeString(control, "mine");
        assertThatThrownBy(this::start).hasMessageEndingWith("control is a file already");
        assertThat(control).hasContent("mine");
    }
}
