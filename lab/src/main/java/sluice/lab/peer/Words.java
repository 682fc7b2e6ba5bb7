package sluice.lab.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts what a run knows into the texts of a peer's file.
 *
 * @param values by name
 * @param jvm options, which stand for one word
 */
record Words(Map<String, String> values, List<String> jvm) {
    /** Stands before a line that only a server needs which root started. */
    private static final String AS_ROOT = "{as-root}";

    private static final String JVM = "{jvm}";

    String text(String form) {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        return form.lines()
                .filter(line -> isRoot || !line.startsWith(AS_ROOT))
                .map(line -> line.startsWith(AS_ROOT) ? line.substring(AS_ROOT.length()) : line)
                .map(this::filled)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    List<String> command(List<String> form) {
        List<String> words = new ArrayList<>();
        for (String word : form) {
            if (word.equals(JVM)) {
                words.addAll(jvm);
            } else {
                words.add(filled(word));
            }
        }
        return words;
    }

    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }
}
