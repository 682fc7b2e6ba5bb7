package sluice.lab;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.LinkedHashMap;
import java.util.Map;

/** Writes records as JSON and reads them again: a component is a member of its name. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final JsonMapper LENIENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    static String text(Object object) {
        return MAPPER.writeValueAsString(object) + "\n";
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if the text is something else, with the place
     */
    static <T> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads some members of an object.
     *
     * @throws IllegalArgumentException if the text is something else, with the place
     */
    static <T> T some(String text, Class<T> type) {
        try {
            return LENIENT.readValue(text, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** What a record refuses it says itself; the rest is a word where a number belongs, or so. */
    private static String mistake(RuntimeException e) {
        if (e.getCause() instanceof IllegalArgumentException refused) {
            return String.valueOf(refused.getMessage());
        }
        String where = e instanceof DatabindException of && !of.getPath().isEmpty()
                ? String.valueOf(of.getPath().getFirst().getPropertyName())
                : "a setting";
        return where + " has a value of the wrong kind";
    }

    /** Settings by name over the defaults. */
    static Settings settings(String job, Map<String, Object> given) {
        Map<String, Object> all = new LinkedHashMap<>();
        MAPPER.valueToTree(Settings.DEFAULTS)
                .properties()
                .forEach(property -> all.put(property.getKey(), property.getValue()));
        given.forEach((name, value) -> {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException("job " + job + " sets " + name
                        + ", which is none of " + String.join(", ", all.keySet()));
            }
        });
        all.putAll(given);
        try {
            return MAPPER.convertValue(all, Settings.class);
        } catch (IllegalArgumentException | JacksonException e) {
            throw new IllegalArgumentException("job " + job + ": " + mistake(e), e);
        }
    }
}
