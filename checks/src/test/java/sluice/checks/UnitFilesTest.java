package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The units for systemd, as systemd reads them. */
final class UnitFilesTest {
    private static final Path UNITS = Repository.ROOT.resolve("packaging/systemd");
    /** Of ten; a service that does nothing against it has 9.6 (systemd-analyze(1)). */
    private static final double EXPOSURE_MAX = 2;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** With a program that is there, since that of the package is not. */
    private static List<String> planted(Path directory) throws IOException {
        List<String> units = new ArrayList<>();
        for (String name : List.of("sluice.service", "sluice.socket")) {
            String unit = Files.readString(UNITS.resolve(name));
            Path copy = directory.resolve(name);
            Files.writeString(copy, unit.replace("/usr/bin/sluice", "/bin/true"));
            units.add(copy.toString());
        }
        return units;
    }

    private static void needsSystemd() throws InterruptedException {
        try {
            run("systemd-analyze", "--version");
        } catch (IOException e) {
            assumeTrue(false, "systemd-analyze is not installed");
        }
    }

    @Test
    void systemdFindsNoFaultInThem(@TempDir Path directory) throws Exception {
        needsSystemd();
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        command.addAll(planted(directory));
        assertThat(run(command.toArray(String[]::new))).isEmpty();
    }

    @Test
    void theServiceIsHardened(@TempDir Path directory) throws Exception {
        needsSystemd();
        String service = planted(directory).getFirst();
        String said = run(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--threshold=" + (int) (EXPOSURE_MAX * 10),
                service);
        assertThat(said).contains("Overall exposure level");
    }
}
