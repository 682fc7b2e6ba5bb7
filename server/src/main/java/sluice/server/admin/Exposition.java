package sluice.server.admin;

import java.util.Locale;

/**
 * Writes metrics in one of two forms that Prometheus and its like read: its text format, version
 * 0.0.4, or OpenMetrics 1.0. They differ in the type of content, in the name of a counter's family,
 * and in the last line.
 */
final class Exposition {
    /** The forms. */
    enum Form {
        TEXT("text/plain; version=0.0.4; charset=utf-8"),
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private static final String OPEN = "application/openmetrics-text";

        final String type;

        Form(String type) {
            this.type = type;
        }

        /**
         * The form for a client that sends this Accept: OpenMetrics if it names that, in version
         * 1.0.0 or any, and wants it at least as much as text. Who sends none gets text.
         */
        static Form of(String accept) {
            double open = 0;
            double text = 0;
            for (String element : accept.toLowerCase(Locale.ROOT).split(",")) {
                String[] parts = element.split(";");
                double weight = 1;
                boolean known = true;
                for (int i = 1; i < parts.length; i++) {
                    String part = parts[i].strip();
                    if (part.startsWith("q=")) {
                        weight = number(part.substring("q=".length()));
                    } else if (part.startsWith("version=")) {
                        known = part.equals("version=1.0.0") || part.equals("version=0.0.4");
                    }
                }
                switch (parts[0].strip()) {
                    case OPEN -> open = known ? Math.max(open, weight) : open;
                    case "text/plain" -> text = Math.max(text, weight);
                    default -> {}
                }
            }
            return open > 0 && open >= text ? OPEN_METRICS : TEXT;
        }

        private static double number(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    private final Form form;
    private final StringBuilder text = new StringBuilder();

    Exposition(Form form) {
        this.form = form;
    }

    /** A family of one counter. */
    void counter(String name, String help, Number value) {
        counters(name, help);
        count(name, "", value);
    }

    /** Begins a family of counters; {@link #count} adds them. */
    void counters(String name, String help) {
        family(form == Form.TEXT ? name + "_total" : name, "counter", help);
    }

    /** A counter of the family. */
    void count(String name, String labels, Number value) {
        sample(name + "_total", labels, value);
    }

    /** A family of one gauge. */
    void gauge(String name, String help, Number value) {
        gauges(name, help);
        sample(name, "", value);
    }

    /** Begins a family of gauges; {@link #sample} adds them. */
    void gauges(String name, String help) {
        family(name, "gauge", help);
    }

    /** A histogram; {@code cumulated} has one number more than there are bounds. */
    void histogram(String name, String help, String[] bounds, long[] cumulated, double sum) {
        family(name, "histogram", help);
        for (int i = 0; i < cumulated.length; i++) {
            String bound = i == bounds.length ? "+Inf" : bounds[i];
            sample(name + "_bucket", label("le", bound), cumulated[i]);
        }
        sample(name + "_count", "", cumulated[cumulated.length - 1]);
        sample(name + "_sum", "", sum);
    }

    private void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** A sample; a whole number is written without a point, and so without loss. */
    void sample(String name, String labels, Number value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    /** A label; the value is escaped. */
    static String label(String name, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return name + "=\"" + escaped + '"';
    }

    /** All of it. */
    String end() {
        return form == Form.TEXT ? text.toString() : text.append("# EOF\n").toString();
    }
}
