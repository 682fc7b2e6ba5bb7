package sluice.lab.peer;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The file of a peer in lab/peers. Commands and texts hold names in braces, which {@link Words}
 * replaces.
 *
 * @param program what must be installed; null: it runs on the JVM
 * @param version arguments with which the program tells its version
 * @param command how it is started; null: by its main class
 * @param files configuration, by the names of files
 * @param artifacts of Maven Central, as group:artifact:version[:classifier]
 * @param main the class that starts it, whose source is beside the file; null: it needs none
 */
record PeerForm(
        @Nullable String program,
        @Nullable List<String> version,
        @Nullable List<String> command,
        @Nullable Map<String, String> files,
        @Nullable List<String> artifacts,
        @Nullable String main) {
    private static final TomlMapper TOML = TomlMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final List<String> OF_MAIN = List.of(
            "{java}",
            "{jvm}",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "{classpath}",
            "{main}",
            "{root}",
            "{port}",
            "{cpus}");

    static PeerForm of(String name) throws IOException {
        return TOML.readValue(text(name + ".toml"), PeerForm.class);
    }

    /** A file that comes with the lab. */
    static String text(String name) throws IOException {
        try (InputStream file = PeerForm.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new FileNotFoundException("the lab has no " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<String> words() {
        return Objects.requireNonNullElse(command, OF_MAIN);
    }

    /** Configuration, or the program that sets it up. */
    Map<String, String> settings() throws IOException {
        if (main != null) {
            return Map.of(main + ".java", text(main + ".java"));
        }
        return Objects.requireNonNullElse(files, Map.of());
    }
}
