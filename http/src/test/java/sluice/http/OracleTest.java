package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

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
 * Asks three other parsers about each request of oracles.tsv and holds their answers against ours.
 * Where one differs, the table names the rule of oracle-rules.tsv that decides. An oracle says ok,
 * bad, more (it waits), or other: taken, but read in another way. {@code -Dsluice.oracles=fix}
 * rewrites the answers, never the rules.
 */
class OracleTest {
    private static final Path FOLDER = Path.of("src/test/resources/sluice/http");
    private static final String NO_RULE = "-";

    private record Row(String request, List<String> answers, String rule) {
        String line() {
            return request + "\t" + String.join("\t", answers) + "\t" + rule;
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(FOLDER.resolve("oracles.tsv"), UTF_8)) {
            if (!line.startsWith("#")) {
                String[] columns = line.split("\t", -1);
                rows.add(new Row(columns[0], List.of(columns).subList(1, 5), columns[5]));
            }
        }
        return rows;
    }

    /** The requests of the table. */
    static List<String> requests() throws IOException {
        return rows().stream().map(row -> unescape(row.request)).toList();
    }

    private static Map<String, String> rules() throws IOException {
        Map<String, String> rules = new TreeMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve("oracle-rules.tsv"), UTF_8)) {
            rules.put(line.substring(0, line.indexOf('\t')), line);
        }
        return rules;
    }

    private static List<String> ask(String request) {
        byte[] octets = unescape(request).getBytes(ISO_8859_1);
        Verdict ours = Oracles.sluice(octets);
        List<String> answers = new ArrayList<>(List.of(ours.kind()));
        for (Function<byte[], Verdict> oracle : List.<Function<byte[], Verdict>>of(
                Oracles::jetty, Oracles::netty, Oracles::httpcore)) {
            Verdict theirs = oracle.apply(octets);
            boolean other = ours.isOk() && theirs.isOk() && !ours.equals(theirs);
            answers.add(other ? "other" : theirs.kind());
        }
        return answers;
    }

    private static boolean allAgree(List<String> answers) {
        String ours = answers.getFirst();
        String expected = ours.equals("ok") || ours.equals("more") ? ours : "bad";
        return answers.stream().skip(1).allMatch(expected::equals);
    }

    @Test
    void everyDifferenceToAnotherParserHasItsRule() throws IOException {
        List<String> table = new ArrayList<>();
        table.add("# request\tsluice\tjetty\tnetty\thttpcore\trule");
        List<String> unexplained = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Row row : rows()) {
            List<String> answers = ask(row.request);
            Row now = new Row(row.request, answers, allAgree(answers) ? NO_RULE : row.rule);
            table.add(now.line());
            used.add(now.rule);
            if (!allAgree(answers) && !rules().containsKey(row.rule)) {
                unexplained.add(now.line());
            }
            if (!row.equals(now)) {
                changed.add(now.line());
            }
        }
        if ("fix".equals(System.getProperty("sluice.oracles"))) {
            Files.write(FOLDER.resolve("oracles.tsv"), table, UTF_8);
        }
        assertThat(unexplained).as("differences without a rule").isEmpty();
        assertThat(changed).as("answers that are not those of the table").isEmpty();
        assertThat(used).as("rules that decide something").containsAll(rules().keySet());
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
