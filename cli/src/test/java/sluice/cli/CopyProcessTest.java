package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** {@code sluice copy} as a user for whom modes count: root too, without its capabilities. */
final class CopyProcessTest {
    private static final List<String> POWERLESS =
            List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

    @TempDir
    private Path folder;

    private Path tree;
    private Path to;
    private List<String> before = List.of();

    @BeforeEach
    void plant() throws Exception {
        tree = Files.createDirectory(folder.resolve("tree"));
        to = Files.createDirectory(folder.resolve("to"));
        if (Files.getAttribute(tree, "unix:uid").equals(0)) {
            List<String> command =
                    Stream.concat(POWERLESS.stream(), Stream.of("true")).toList();
            assumeTrue(
                    new ProcessBuilder(command).start().waitFor() == 0,
                    "setpriv(1) cannot take capabilities away here");
            before = POWERLESS;
        }
    }

    /** So that a user who is not root can remove it all. */
    @AfterEach
    void open() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(Files::isDirectory).toList()) {
                mode(path, "rwxr-xr-x");
            }
        }
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private record Run(int code, String said) {}

    private Run copy(Path source, Path target) throws Exception {
        List<String> copy = List.of("copy", source.toString(), target.toString());
        Process process =
                ServeProcess.command(before, copy).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), said);
    }

    /** Many directories, because nothing says in which order they are visited. */
    @Test
    void aTreeThatCannotBeReadWholeIsToldAndLeavesNothing() throws Exception {
        Path secret = Files.writeString(tree.resolve("secret"), "secret");
        mode(secret, "---------");
        for (int i = 0; i < 20; i++) {
            Path directory = Files.createDirectory(tree.resolve("directory" + i));
            Files.writeString(directory.resolve("file"), "content");
            mode(directory, "r-xr-xr-x");
        }
        Run run = copy(tree, to);
        assertThat(run.code()).isEqualTo(Exit.FAILED);
        assertThat(run.said()).isEqualTo("sluice: no permission to read " + secret + "\n");
        assertThat(to).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIntoIsNamed() throws Exception {
        Path file = Files.writeString(tree.resolve("file"), "content");
        mode(to, "r-xr-xr-x");
        String words = "sluice: no permission to write to directory " + to + "\n";
        assertThat(copy(file, to)).isEqualTo(new Run(Exit.FAILED, words));
        assertThat(copy(tree, to)).isEqualTo(new Run(Exit.FAILED, words));
    }

    @Test
    void aTreeOfReadOnlyDirectoriesIsCopiedWithTheirModes() throws Exception {
        Path directory = Files.createDirectory(tree.resolve("directory"));
        Files.writeString(directory.resolve("file"), "content");
        mode(directory, "r-xr-xr-x");
        mode(tree, "r-xr-x---");
        Run run = copy(tree, to);
        assertThat(run.code()).as(run.said()).isEqualTo(Exit.OK);
        assertThat(Files.getPosixFilePermissions(to.resolve("tree/directory")))
                .isEqualTo(Files.getPosixFilePermissions(directory));
        assertThat(Files.getPosixFilePermissions(to.resolve("tree")))
                .isEqualTo(Files.getPosixFilePermissions(tree));
        assertThat(to.resolve("tree/directory/file")).hasContent("content");
    }
}
