package sluice.lab;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.toml.TomlMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Reads jobs from TOML files, one or several of each: those of the lab, and those of users. */
public final class Jobs {
    /** What a newcomer sees: few cells, so that each has the time to be right. */
    public static final List<String> TOUR = List.of("copy", "models", "idle");

    /** What a full run has besides. */
    public static final List<String> MORE =
            List.of("harness", "connections", "reactors", "loops", "buffers");

    /** Those that take long: each runs when it is named. */
    public static final List<String> BY_NAME = List.of(
            "blocks", "quiet", "bulk", "cold", "gigabyte", "waiting", "files", "sizes", "c10k");

    /** All of these. */
    public static final String ALL = "all";
    /** What is asked of recorded traffic; no part of a tour. */
    public static final String REPLAY = "replay";
    /** What is asked of other servers, too; no part of a tour. */
    public static final String PEERS = "peers";

    private static final TomlMapper TOML = TomlMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The form of a file. */
    record Form(
            String question,
            @Nullable Double seconds,
            @Nullable Double warmUp,
            @Nullable Integer rounds,
            Map<String, Map<String, Object>> each,
            Map<String, Object> cell,
            Map<String, List<Object>> vary,
            Map<String, List<Object>> full) {}

    private Jobs() {}

    /**
     * What a file that comes with the lab holds, or one job of it; or {@link #ALL}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static List<Job> builtIn(String name) throws IOException {
        List<String> names = new ArrayList<>(TOUR);
        names.addAll(MORE);
        names.addAll(BY_NAME);
        if (name.equals(ALL)) {
            List<Job> jobs = new ArrayList<>();
            for (String each : names) {
                jobs.addAll(builtIn(each));
            }
            return jobs;
        }
        String file = name.replaceFirst("-.*", "");
        if (!names.contains(file) && !file.equals(REPLAY) && !file.equals(PEERS)) {
            throw absent(name, names);
        }
        List<Job> all;
        try (InputStream text = Jobs.class.getResourceAsStream("jobs/" + file + ".toml")) {
            byte[] bytes = Objects.requireNonNull(text, file).readAllBytes();
            all = parse(file, new String(bytes, StandardCharsets.UTF_8));
        }
        if (file.equals(name)) {
            return all;
        }
        return List.of(all.stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> absent(name, all.stream().map(Job::name).toList())));
    }

    private static IllegalArgumentException absent(String name, List<String> names) {
        return new IllegalArgumentException(
                "there is no job " + name + "; there are " + String.join(", ", names));
    }

    /**
     * What a file of a user holds.
     *
     * @throws IllegalArgumentException if the file is no job, with the line
     */
    public static List<Job> in(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a directory, and no job");
        }
        String name = file.getFileName().toString().replaceFirst("\\.toml$", "");
        return parse(name, Files.readString(file));
    }

    /** In the words of whoever writes a job. */
    private static String mistake(JacksonException e) {
        String where = e instanceof MismatchedInputException of && !of.getPath().isEmpty()
                ? String.valueOf(of.getPath().getFirst().getPropertyName())
                : "";
        return switch (e) {
            case UnrecognizedPropertyException one ->
                "there is no " + one.getPropertyName() + " in a job; there are "
                        + one.getKnownPropertyIds().stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", "));
            case MismatchedInputException _
            when where.equals("vary") || where.equals("full") ->
                where
                        + " takes a list of values for each setting, as model = [\"epoll\","
                        + " \"poll\"]";
            case MismatchedInputException _ -> where + " has a value of the wrong kind";
            default -> e.getOriginalMessage();
        };
    }

    /** A job, or one for each of several sets of settings, whose name is added to its own. */
    static List<Job> parse(String name, String toml) {
        try {
            Form form = TOML.readValue(toml, Form.class);
            if (form.question() == null) {
                throw new IllegalArgumentException("job " + name + " has no question");
            }
            if (form.each() == null) {
                return List.of(job(name, form, Map.of()));
            }
            return form.each().entrySet().stream()
                    .map(set -> job(name + "-" + set.getKey(), form, set.getValue()))
                    .toList();
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new IllegalArgumentException(
                    "job " + name + (line > 0 ? ", line " + line : "") + ": " + mistake(e), e);
        }
    }

    private static Job job(String name, Form form, Map<String, Object> more) {
        Map<String, Object> cell = new LinkedHashMap<>(orEmpty(form.cell()));
        cell.putAll(more);
        return new Job(
                name,
                form.question(),
                form.seconds() == null ? 0 : form.seconds(),
                form.warmUp() == null ? 0 : form.warmUp(),
                form.rounds() == null ? 0 : form.rounds(),
                cell,
                orEmpty(form.vary()),
                orEmpty(form.full()));
    }

    private static <V> Map<String, V> orEmpty(Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}
