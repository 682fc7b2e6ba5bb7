package sluice.lab.explain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pictures of copy paths and of ways to wait; each begins with its name after two equal signs. */
public final class Topics {
    private static final Map<String, String> TEXTS = new LinkedHashMap<>();

    static {
        load("copies.txt");
        load("waits.txt");
    }

    private Topics() {}

    private static void load(String resource) {
        try (InputStream in = Topics.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            String[] topics = new String(in.readAllBytes(), US_ASCII).split("(?m)^== ");
            for (String topic : topics) {
                int line = topic.indexOf('\n');
                if (line > 0) {
                    TEXTS.put(topic.substring(0, line), topic.substring(line + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All names: copy paths first, then models, then reactor designs. */
    public static List<String> names() {
        return List.copyOf(TEXTS.keySet());
    }

    /**
     * The name of a topic as someone spells it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static String named(String spelling) {
        String plain = plain(spelling);
        return TEXTS.keySet().stream()
                .filter(name -> plain(name).equals(plain))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no topic " + spelling
                        + "; there are " + String.join(", ", names())));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The picture of a topic. */
    public static String text(String name) {
        return TEXTS.getOrDefault(name, "");
    }
}
