package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Settings from the command line, the environment and a file. */
final class ConfigFileTest {
    @TempDir
    private Path directory;

    private Path file;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void name() {
        file = directory.resolve("s.toml");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private List<String> arguments(String text, Map<String, String> environment, String... given)
            throws IOException {
        Files.writeString(file, text);
        List<String> all = new ArrayList<>(List.of("--config=" + file));
        all.addAll(List.of(given));
        List<String> more = ServeArguments.of(all, environment).arguments();
        return more.stream()
                .filter(argument -> !argument.startsWith("--config"))
                .toList();
    }

    @Test
    void theCommandLineComesBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        String text = "[[listen]]\nport = 1\nhost = \"::1\"\nallow-host = [\"a\", \"b\"]\n";
        assertThat(arguments(text, Map.of()))
                .containsExactly("--host=::1", "--port=1", "--allow-host=a", "--allow-host=b");
        Map<String, String> environment =
                Map.of("SLUICE_PORT", "2", "SLUICE_ALLOW_HOST", "c\nd", "SLUICE_HOST", "");
        assertThat(arguments(text, environment))
                .containsExactly("--host=::1", "--port=2", "--allow-host=c", "--allow-host=d");
        assertThat(arguments(text, environment, "--port", "3", "--allow-host", "e"))
                .containsExactly("--host=::1", "--port", "3", "--allow-host", "e");
    }

    @Test
    void aSwitchIsTrueOrFalseAndTurnsOnWhatItsKeyNames() throws Exception {
        assertThat(arguments("[[site]]\nlisting = false\nspa = true\n", Map.of()))
                .containsExactly("--no-listing", "--spa");
        assertThat(arguments("[[site]]\nlisting = true\nspa = false\n", Map.of()))
                .isEmpty();
        assertThat(arguments(
                        "[[site]]\nlisting = true\nspa = true\n",
                        Map.of("SLUICE_LISTING", "false", "SLUICE_SPA", "false")))
                .containsExactly("--no-listing");
    }

    @Test
    void theDirectoryIsTheRootOfTheSiteWithoutAHost() throws Exception {
        String text = "[[site]]\nroot = \"/srv\"\n[[site]]\nhost = \"a\"\nroot = \"/a\"\n";
        assertThat(arguments(text, Map.of())).containsExactly("/srv");
        assertThat(arguments(text, Map.of("SLUICE_ROOT", "-x"))).containsExactly("./-x");
        assertThat(arguments(text, Map.of(), "/mine")).containsExactly("/mine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "[[listen]]|prot = 1~"
                        + "2:1: there is no setting 'prot' in [[listen]]; did you mean 'port'?",
                "[limts]|x = 1~1:1: there is no table 'limts'; did you mean 'limits'?",
                "[limits]|spa = true~"
                        + "2:1: there is no setting 'spa' in [limits]; it belongs into [[site]]",
                "port = 1~1:1: there is no table 'port'; it belongs into [[listen]]",
                "[[site]]|  listing = 'no'~2:3: listing: 'no' is neither true nor false",
                "[[listen]]|port = 'x'~2:1: port: 'x' is not a whole number up to 2147483647",
                "[[listen]]|port = [1, 2]~2:1: port: it has one value, not 2",
                "[[listen]]|port = true~2:1: port: 'true' is no value for it",
                "[[listen]]|port = {a = 1}~2:1: port: it is a text, a number, true or false",
                "[[listen]]|unix = 'x'~"
                        + "2:1: there is no setting 'unix' in [[listen]]; write host ="
                        + " \"unix:FILE\"",
                "[[listen]]|port = 1|[[listen]]|host = 'unix:/x'|port = 2~"
                        + "5:1: a Unix socket has no port",
                "[[listen]]|port = 1|[[listen]]|port = 2~4:1: another [[listen]] has host and port",
                "[[site]]|root = '/'|[[site]]|root = '/'~"
                        + "4:1: two [[site]] have no host; one is for all other hosts",
                "[[site]]|host = 'a'~2:1: this site has no root",
                "[site]|root = '/'~1:1: 'site' is the table [[site]]",
                "[[limits]]|x = 1~1:1: 'limits' is the table [limits]",
                "[[site]]|redirect = ['/a']~"
                        + "2:1: redirect: '/a' is no redirect; write '/old/** /new/*' or '/a /b"
                        + " 301'",
            })
    void aFaultIsOneLineWithFileLineAndColumn(String text, String fault) throws Exception {
        Files.writeString(file, text.replace('|', '\n') + "\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).isEqualTo("sluice: " + file + ":" + fault + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void allFaultsOfAFileAreTold() throws Exception {
        Files.writeString(file, "[limits]\na = 1\nb = 2\n[tls]\nc = 3\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("s.toml:2:1: ", "s.toml:3:1: ", "s.toml:5:1: ");
    }

    @Test
    void whatIsNoTomlIsToldWithItsPlace() throws Exception {
        Files.writeString(file, "[limits]\na = = 1\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).startsWith("sluice: " + file + ":2:5: ");
    }

    @Test
    void settingsThatContradictOneAnotherAreRefusedAndMissingRootsToo() throws Exception {
        Files.writeString(file, "[[site]]\nmax-upload = '1G'\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        Files.writeString(
                file, "[[site]]\nhost = 'a'\nroot = '" + directory + "'\nmax-upload = '1G'\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        Files.writeString(file, "[[site]]\nroot = '/nowhere/at/all'\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        Files.writeString(
                file,
                "[[site]]\nroot = '" + directory + "'\n"
                        + "app = ['/a http://127.0.0.1:8080 /nowhere/private']\n");
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString().lines())
                .containsExactly(
                        "sluice: " + file + ": --max-upload has no effect without --writable",
                        "sluice: " + file + ": " + file
                                + ":2:1: --max-upload has no effect without --writable",
                        "sluice: " + file + ": /nowhere/at/all is no directory",
                        "sluice: " + file + ": /nowhere/private is no directory");
    }

    @Test
    void aFileThatIsNotThereIsAnErrorForEveryCommand() {
        for (String command : List.of("serve", "config")) {
            assertThat(run(command, "--config", file.toString())).isEqualTo(Exit.USAGE);
        }
        assertThat(run("check", file.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .isEqualTo(
                                "sluice: cannot read the settings: " + file + " does not exist"));
    }

    @Test
    void aVariableThatCannotBeIsToldByItsName() {
        assertThatThrownBy(() -> ServeArguments.of(
                        List.of(), Map.of("SLUICE_PORT", "x", "SLUICE_SPA", "perhaps")))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("SLUICE_PORT: ")
                .hasMessageContaining("SLUICE_SPA: 'perhaps' is neither true nor false");
    }
}
