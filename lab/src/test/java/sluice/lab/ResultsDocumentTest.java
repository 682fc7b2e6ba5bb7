package sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The document names each column of results.csv and each member of results.json, and no other. */
class ResultsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "lab-results.md");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** Names in the first column of the table under each heading. */
    private static Map<String, List<String>> documented() throws IOException {
        Map<String, List<String>> names = new LinkedHashMap<>();
        List<String> table = new ArrayList<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("#")) {
                table = new ArrayList<>();
                names.put(line.replaceFirst("#+ ", ""), table);
            } else if (line.startsWith("| `")) {
                Matcher name = NAME.matcher(line.split("\\|")[1]);
                while (name.find()) {
                    table.add(name.group(1));
                }
            }
        }
        return names;
    }

    /** A record and those that it has, each where it is first found. */
    private static void find(
            Class<?> type, String place, Map<String, List<String>> members, Set<Class<?>> seen) {
        if (!type.isRecord() || !seen.add(type)) {
            return;
        }
        members.put(
                place.isEmpty() ? "results.json" : place,
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
        for (RecordComponent component : type.getRecordComponents()) {
            String name = place.isEmpty() ? component.getName() : place + "." + component.getName();
            find(component.getType(), name, members, seen);
            if (component.getGenericType() instanceof ParameterizedType list) {
                for (Type element : list.getActualTypeArguments()) {
                    find((Class<?>) element, name + "[]", members, seen);
                }
            }
        }
    }

    @Test
    void everyMemberIsNamedWhereItIs() throws IOException {
        Map<String, List<String>> members = new LinkedHashMap<>();
        find(LabResults.class, "", members, new HashSet<>());

        Map<String, List<String>> documented = documented();
        assertThat(members).containsKey("jobs[].cells[].rounds[].load.perSecond[]");
        members.forEach((place, names) -> assertThat(documented.get(place))
                .as(place)
                .containsExactlyInAnyOrderElementsOf(names));
    }

    @Test
    void everyColumnIsNamedInItsOrder() throws IOException {
        assertThat(documented().get("results.csv"))
                .containsExactly(LabCsv.head().split(","));
    }
}
