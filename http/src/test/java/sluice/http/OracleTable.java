package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A table of texts and of what four parsers say to each, ours first. Where another one differs, the
 * last column names the rule that decides, of a second file. An oracle says ok, bad, more (it
 * waits), or other: taken, but read in another way. {@code -Dsluice.oracles=fix} rewrites the
 * answers, never the rules.
 */
final class OracleTable {
    private static final Path FOLDER = Path.of("src/test/resources/sluice/http");
    private static final String NO_RULE = "-";

    private final Path file;
    private final String header;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> rules = new TreeMap<>();

    private record Row(String text, List<String> answers, String rule) {
        String line() {
            return text + "\t" + String.join("\t", answers) + "\t" + rule;
        }
    }

    /** Reads NAMEs.tsv, the table, and NAME-rules.tsv. */
    OracleTable(String name) throws IOException {
        file = FOLDER.resolve(name + "s.tsv");
        List<String> lines = Files.readAllLines(file, UTF_8);
        header = lines.getFirst();
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t", -1);
            rows.add(new Row(columns[0], List.of(columns).subList(1, 5), columns[5]));
        }
        for (String line : Files.readAllLines(FOLDER.resolve(name + "-rules.tsv"), UTF_8)) {
            rules.put(line.substring(0, line.indexOf('\t')), line);
        }
    }

    /** What the parsers are asked about. */
    List<String> texts() {
        return rows.stream().map(row -> unescape(row.text)).toList();
    }

    /** Asks again, and wants the answers of the table and a rule for every difference. */
    void check(Function<String, List<String>> ask) throws IOException {
        List<String> table = new ArrayList<>(List.of(header));
        List<String> unexplained = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Row row : rows) {
            List<String> answers = ask.apply(unescape(row.text));
            Row now = new Row(row.text, answers, allAgree(answers) ? NO_RULE : row.rule);
            table.add(now.line());
            used.add(now.rule);
            if (!allAgree(answers) && !rules.containsKey(row.rule)) {
                unexplained.add(now.line());
            }
            if (!row.equals(now)) {
                changed.add(now.line());
            }
        }
        if ("fix".equals(System.getProperty("sluice.oracles"))) {
            Files.write(file, table, UTF_8);
        }
        assertThat(unexplained).as("differences without a rule").isEmpty();
        assertThat(changed).as("answers that are not those of the table").isEmpty();
        assertThat(used).as("rules that decide something").containsAll(rules.keySet());
    }

    private static boolean allAgree(List<String> answers) {
        String ours = answers.getFirst();
        String expected = ours.equals("ok") || ours.equals("more") ? ours : "bad";
        return answers.stream().skip(1).allMatch(expected::equals);
    }

    /** \r \n \t \0 \\ and \xHH, so that the table is a text. */
    private static String unescape(String text) {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character != '\\') {
                octets.append(character);
                continue;
            }
            char kind = text.charAt(++i);
            switch (kind) {
                case 'r' -> octets.append('\r');
                case 'n' -> octets.append('\n');
                case 't' -> octets.append('\t');
                case '0' -> octets.append('\0');
                case '\\' -> octets.append('\\');
                case 'x' -> {
                    octets.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException(text);
            }
        }
        return octets.toString();
    }
}
