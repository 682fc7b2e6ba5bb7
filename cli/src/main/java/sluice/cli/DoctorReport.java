package sluice.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the doctor found, for people and for programs. */
record DoctorReport(List<Finding> findings) {
    /** Where values begin: behind the verdict and the longest name of a kernel feature. */
    private static final int COLUMN = 32;
    /** Version of the form of {@link #json}; it changes when a member changes its meaning. */
    private static final int SCHEMA = 1;

    /** False if a server cannot run here. */
    boolean isHealthy() {
        return findings.stream().noneMatch(found -> found.verdict() == Finding.Verdict.FAIL);
    }

    /** A paragraph for each section, at most 80 columns wide where no word is longer. */
    String text() {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (Finding found : findings) {
            if (!found.section().equals(section)) {
                section = found.section();
                text.append(text.isEmpty() ? "" : "\n").append(section).append(":\n");
            }
            boolean plain = found.verdict() == Finding.Verdict.INFO;
            String mark = plain ? "" : found.verdict().label();
            String name = "  %-5s %s".formatted(mark, found.name());
            String value = found.value().isEmpty() && plain ? "none" : found.value();
            text.append(value.isEmpty() ? name + "\n" : HelpPage.entry(name, COLUMN, value));
            if (!found.advice().isEmpty()) {
                text.append(HelpPage.entry("", COLUMN, found.advice()));
            }
        }
        return text.toString();
    }

    /** One JSON object (docs/doctor.md). */
    String json() {
        return findings.stream()
                .map(DoctorReport::json)
                .collect(Collectors.joining(
                        ",\n    ",
                        "{\n  \"schema\": " + SCHEMA + ",\n  \"healthy\": " + isHealthy()
                                + ",\n  \"findings\": [\n    ",
                        "\n  ]\n}\n"));
    }

    private static String json(Finding found) {
        return "{\"section\": " + quoted(found.section())
                + ", \"name\": " + quoted(found.name())
                + ", \"value\": " + quoted(found.value())
                + ", \"verdict\": " + quoted(found.verdict().label())
                + ", \"advice\": " + quoted(found.advice()) + "}";
    }

    /** A string of JSON (RFC 8259 section 7), in which names of files may have any character. */
    private static String quoted(String text) {
        return text.codePoints()
                .mapToObj(DoctorReport::escaped)
                .collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(int character) {
        boolean literal = character >= ' '
                && character != '"'
                && character != '\\'
                && Character.getType(character) != Character.SURROGATE;
        return literal
                ? Character.toString(character)
                : String.format(Locale.ROOT, "\\u%04x", character);
    }
}
