package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.TlsSettings;
import sluice.linux.OpenSsl;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/**
 * The conformance suite of other people (https://github.com/summerwind/h2spec) finds nothing wrong.
 */
class H2specTest {
    /** In the jar of a plugin for Maven that brings it. */
    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    private static final String ALL = "145 tests, 145 passed, 0 skipped, 0 failed";
    private static final long PATIENCE_SECONDS = 120;
    private static final int TAR_BLOCK = 512;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;

    @TempDir
    Path root;

    @TempDir
    Path elsewhere;

    /** The program, the one file of its archive. */
    private String program() throws IOException {
        boolean fits = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assumeTrue(fits, "h2spec is a program for Linux on amd64");
        Path file = elsewhere.resolve("h2spec");
        try (InputStream packed = H2specTest.class.getResourceAsStream(ARCHIVE);
                InputStream in = new GZIPInputStream(Objects.requireNonNull(packed, ARCHIVE))) {
            byte[] head = in.readNBytes(TAR_BLOCK);
            String size = new String(head, SIZE_AT, SIZE_DIGITS, "US-ASCII");
            Files.write(file, in.readNBytes(Integer.parseInt(size, 8)));
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private void findsNothing(FileServer server, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(program(), "-h", "127.0.0.1", "-p", "" + server.port(), "-o", "5"));
        command.addAll(List.of(options));
        Path output = elsewhere.resolve("output");
        Process h2spec = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(h2spec.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).endsWith(ALL + "\n");
    }

    @Test
    void withoutTls() throws Exception {
        Tree.plant(root);
        try (FileServer server = Setup.PLAIN.serving(root).h2c().build().start()) {
            findsNothing(server);
        }
    }

    @Test
    void overTls() throws Exception {
        String refusal = OpenSsl.refusal();
        assumeTrue(refusal == null, refusal);
        Tree.plant(root);
        try (FileServer server =
                Setup.PLAIN.serving(root).tls(TlsSettings.selfSigned()).build().start()) {
            findsNothing(server, "-t", "-k");
        }
    }
}
