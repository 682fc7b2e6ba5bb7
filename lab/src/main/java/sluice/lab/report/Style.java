package sluice.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Style sheets, which are resources beside this class. */
enum Style {
    /** Colours, for light and dark, and charts. */
    CHARTS("chart.css"),
    /** The rest of a page. */
    PAGE("report.css");

    private final String file;

    Style(String file) {
        this.file = file;
    }

    String text() throws IOException {
        try (InputStream in = Style.class.getResourceAsStream(file)) {
            return new String(
                    Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
