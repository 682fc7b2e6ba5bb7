package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is made of the list of settings: a file to begin with, the page, the effective ones. */
final class ConfigTextTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Path RECIPES = Path.of("../docs/recipes.md");
    private static final String BEGIN =
            "<!-- Made of the options by ConfigTextTest; do not edit below. -->\n";
    private static final Pattern TOML = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);
    /** With this property of the build the test writes what it would demand. */
    private static final boolean FIX = Boolean.getBoolean("sluice.docs.fix");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void thePageListsExactlyTheSettingsThatThereAre() throws Exception {
        String page = Files.readString(PAGE);
        String written = page.substring(0, page.indexOf(BEGIN)) + BEGIN + ConfigText.reference();
        if (FIX) {
            Files.writeString(PAGE, written);
        }
        assertThat(page).isEqualTo(written);
    }

    @Test
    void theExamplesOfThePagesAreRightButForTheirPlaces() throws Exception {
        List<String> examples = Stream.of(PAGE, RECIPES)
                .flatMap(page -> TOML.matcher(read(page)).results().map(found -> found.group(1)))
                .toList();
        assertThat(examples).hasSizeGreaterThan(5);
        for (String example : examples) {
            Path file = Files.writeString(directory.resolve("example.toml"), example);
            ConfigFile.read(file);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void initWritesAFileThatIsRightAndOverwritesNone() throws Exception {
        String file = directory.resolve("new.toml").toString();
        assertThat(run("init", file)).isEqualTo(Exit.OK);
        assertThat(run("check", file)).isEqualTo(Exit.OK);
        String text = Files.readString(Path.of(file));
        for (SettingKey key : SettingKey.all()) {
            assertThat(text).contains("\n# " + key.name() + " = ");
        }
        assertThat(run("init", file)).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).isEqualTo("sluice: " + file + " already exists\n");
    }

    @Test
    void configTellsWhereEachSettingComesFromAndPrintsAFileThatSaysTheSame() throws Exception {
        Path file = directory.resolve("s.toml");
        Files.writeString(file, """
            [[listen]]
            port = 8123
            [[listen]]
            host = "127.0.0.1"
            port = 8124
            [[site]]
            root = "%1$s"
            header = ['X-Quote: "a\\b"', "X-B: c"]
            [[site]]
            host = "a.example"
            root = "%1$s"
            listing = false
            """.formatted(directory));
        assertThat(run("config", "--config", file.toString(), "--spa")).isEqualTo(Exit.OK);
        String effective = out.toString();
        assertThat(effective)
                .contains("port = 8123  # " + file + ":2:1\n")
                .contains("spa = true  # command line\n")
                .contains("# host = \"127.0.0.1\"  # default\n")
                .contains("header = [\"X-Quote: \\\"a\\\\b\\\"\", \"X-B: c\"]  # " + file + ":8:1")
                .contains("listing = false  # " + file + ":12:1\n");

        Path again = Files.writeString(directory.resolve("again.toml"), effective);
        ConfigFile one =
                ServeArguments.of(List.of("--config=" + file), Map.of()).file();
        ConfigFile other = ConfigFile.read(again);
        assertThat(other.listeners()).isEqualTo(one.listeners());
        assertThat(arguments(other)).hasSize(2).isEqualTo(arguments(one));
        assertThat(run("check", again.toString())).isEqualTo(Exit.OK);
    }

    /** Of the other sites. */
    private static List<String> arguments(ConfigFile file) {
        return file.sites().values().stream()
                .flatMap(site -> site.arguments().stream())
                .toList();
    }
}
