package sluice.lab;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads jobs from TOML: those that come with the lab, and files of users. */
public final class Jobs {
    /** In the order of a tour. */
    public static final List<String> BUILT_IN =
            List.of("harness", "copy", "models", "idle", "connections", "reactors", "buffers");

    /** What is asked of recorded traffic; no part of a tour. */
    public static final String REPLAY = "replay";

    private static final TomlMapper TOML = TomlMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The form of a file. */
    record Form(
            String question,
            Map<String, Object> cell,
            Map<String, List<Object>> vary,
            Map<String, List<Object>> full) {}

    private Jobs() {}

    /**
     * A job that comes with the lab.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Job builtIn(String name) throws IOException {
        if (!BUILT_IN.contains(name) && !name.equals(REPLAY)) {
            throw new IllegalArgumentException(
                    "there is no job " + name + "; there are " + String.join(", ", BUILT_IN));
        }
        try (InputStream file = Jobs.class.getResourceAsStream("jobs/" + name + ".toml")) {
            byte[] bytes = Objects.requireNonNull(file, name).readAllBytes();
            return parse(name, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /**
     * A job of a user.
     *
     * @throws IllegalArgumentException if the file is no job, with the line
     */
    public static Job in(Path file) throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\.toml$", "");
        return parse(name, Files.readString(file));
    }

    static Job parse(String name, String toml) {
        try {
            Form form = TOML.readValue(toml, Form.class);
            if (form.question() == null) {
                throw new IllegalArgumentException("job " + name + " has no question");
            }
            return new Job(
                    name,
                    form.question(),
                    orEmpty(form.cell()),
                    orEmpty(form.vary()),
                    orEmpty(form.full()));
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new IllegalArgumentException(
                    "job " + name + (line > 0 ? ", line " + line : "") + ": "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    private static <V> Map<String, V> orEmpty(Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}
