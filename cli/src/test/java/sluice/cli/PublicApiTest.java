package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs that embed a module still compile and run: its public API has all that it had. */
class PublicApiTest {
    /** {@code checks/api} sets it, which records what is there from now on. */
    private static final boolean RECORD = Boolean.getBoolean("sluice.api.record");

    private static final Path ROOT = Path.of("..");

    private static List<String> now(String module) throws IOException {
        return PublicApi.of(ROOT.resolve(module + "/target/classes/sluice/" + module));
    }

    @ParameterizedTest
    @ValueSource(strings = {"io", "http", "server", "client", "copy", "micrometer", "junit"})
    void noModuleLosesWhatProgramsMayUse(String module) throws IOException {
        Path recorded = ROOT.resolve("checks/api/" + module + ".txt");
        if (RECORD) {
            Files.write(recorded, now(module));
        }
        assertThat(PublicApi.incompatible(Files.readAllLines(recorded), now(module)))
                .as("incompatible with checks/api/" + module + ".txt; if that is meant,"
                        + " checks/api/record accepts it, and CHANGELOG.md tells it")
                .isEmpty();
    }

    @Test
    void aMethodThatIsGoneOrOtherIsFound() throws IOException {
        assumeFalse(RECORD);
        List<String> before = now("server");
        String port = "sluice.server.FileServer#port() public : int";
        String close = "sluice.server.FileServer#close() public : void";
        assertThat(before).contains(port, close);

        List<String> after = before.stream()
                .filter(line -> !line.equals(port))
                .map(line -> line.equals(close) ? line.replace("void", "int") : line)
                .toList();
        assertThat(PublicApi.incompatible(before, after))
                .containsExactlyInAnyOrder("gone: " + port, "gone: " + close);
    }

    @Test
    void aMethodThatIsNewIsCompatible() throws IOException {
        assumeFalse(RECORD);
        List<String> now = now("server");
        List<String> before = now.stream()
                .filter(line -> !line.equals("sluice.server.FileServer#port() public : int"))
                .toList();
        assertThat(before).hasSize(now.size() - 1);
        assertThat(PublicApi.incompatible(before, now)).isEmpty();
    }

    @Test
    void anAbstractMethodThatOthersWouldHaveToImplementIsFound() {
        List<String> before = List.of(
                "a.Open abstract interface public",
                "a.Sealed abstract public permits only its own");
        List<String> now = List.of(
                before.get(0),
                before.get(1),
                "a.New abstract interface public",
                "a.New#run() abstract public : void",
                "a.Open#run() abstract public : void",
                "a.Open#stop() public : void",
                "a.Sealed#run() abstract public : void");

        assertThat(PublicApi.incompatible(before, now))
                .containsExactly("to be implemented: a.Open#run() abstract public : void");
    }

    @Test
    void whatIsNotPublicIsNotPartOfIt() throws IOException {
        assertThat(now("server"))
                .isNotEmpty()
                .noneMatch(line -> line.startsWith("sluice.server.CommonLogLine "))
                .noneMatch(line -> line.contains("FileServer#startSecure"))
                .anyMatch(line -> line.startsWith("sluice.server.Rules.Header "));
    }
}
