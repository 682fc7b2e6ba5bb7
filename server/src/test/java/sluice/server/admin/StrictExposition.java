package sluice.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads metrics as strictly as the formats are written: each family has its help, its type and then
 * its samples at one place, no sample comes twice, and a histogram is one.
 */
public final class StrictExposition {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)"
            + "(\\{[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"(?:,[a-z_]+=\"[^\"]*\")*})?"
            + " (-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?)");

    private final boolean open;
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final List<String> families = new ArrayList<>();

    private StrictExposition(boolean open) {
        this.open = open;
    }

    /** Reads the text format, version 0.0.4. */
    public static StrictExposition text(String all) {
        return new StrictExposition(false).read(all);
    }

    /** Reads OpenMetrics 1.0. */
    public static StrictExposition openMetrics(String all) {
        assertThat(all).endsWith("\n# EOF\n");
        return new StrictExposition(true).read(all.substring(0, all.length() - "# EOF\n".length()));
    }

    private StrictExposition read(String all) {
        assertThat(all).endsWith("\n").doesNotContain("\r", "\n\n", "# EOF");
        String family = "";
        String type = "";
        String helped = "";
        for (String line : all.split("\n")) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                helped = words[2];
                assertThat(words[3]).isNotBlank().doesNotContain("\\");
                assertThat(helped).matches(NAME);
            } else if (line.startsWith("# TYPE ")) {
                family = words[2];
                type = words[3];
                assertThat(family).as("is helped").isEqualTo(helped);
                assertThat(families).as("told once").doesNotContain(family);
                assertThat(type).isIn("counter", "gauge", "histogram");
                families.add(family);
            } else {
                sample(line, family, type);
            }
        }
        families.forEach(this::checkHistogram);
        return this;
    }

    private void sample(String line, String family, String type) {
        Matcher parts = SAMPLE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        String name = parts.group(1);
        switch (type) {
            case "counter" -> {
                assertThat(name).isEqualTo(open ? family + "_total" : family).endsWith("_total");
                assertThat(Double.parseDouble(parts.group(3))).as(line).isNotNegative();
            }
            case "gauge" -> assertThat(name).isEqualTo(family).doesNotEndWith("_total");
            default ->
                assertThat(name).isIn(family + "_bucket", family + "_count", family + "_sum");
        }
        String labels = parts.group(2) == null ? "" : parts.group(2);
        Double before = samples.put(name + labels, Double.valueOf(parts.group(3)));
        assertThat(before).as("%s comes once", line).isNull();
    }

    private void checkHistogram(String family) {
        double bound = Double.NEGATIVE_INFINITY;
        double count = 0;
        boolean any = false;
        for (Map.Entry<String, Double> sample : samples.entrySet()) {
            String start = family + "_bucket{le=\"";
            if (sample.getKey().startsWith(start)) {
                any = true;
                String text = sample.getKey().substring(start.length()).replace("\"}", "");
                double next =
                        text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
                assertThat(next).isGreaterThan(bound);
                assertThat(sample.getValue()).isGreaterThanOrEqualTo(count);
                bound = next;
                count = sample.getValue();
            }
        }
        if (any) {
            assertThat(bound).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(value(family + "_count")).isEqualTo(count);
        }
    }

    /** The value of a sample, by its name and labels as they are written. */
    public double value(String sample) {
        assertThat(samples).containsKey(sample);
        return Objects.requireNonNull(samples.get(sample));
    }

    public List<String> families() {
        return families;
    }
}
