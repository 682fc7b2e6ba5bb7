package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;

import org.junit.jupiter.api.Test;

import sluice.checks.Repository.SourceFile;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds every Java file against palantir-java-format in its 100-column style. With
 * {@code -Dsluice.format=fix} (the script {@code checks/format}) it rewrites them instead.
 */
class FormatTest {
    private static final Formatter FORMATTER =
            Formatter.createFormatter(JavaFormatterOptions.builder()
                    .style(JavaFormatterOptions.Style.AOSP)
                    .build());

    @Test
    void everyJavaFileIsFormatted() throws IOException {
        Map<SourceFile, String> otherwise = new ConcurrentHashMap<>();
        // In parallel: of all tests this is the one that computes most.
        Repository.files().parallelStream().filter(SourceFile::isJava).forEach(file -> {
            String formatted = format(file);
            if (!formatted.equals(file.text())) {
                otherwise.put(file, formatted);
            }
        });
        List<String> unformatted = new ArrayList<>();
        for (Map.Entry<SourceFile, String> file : otherwise.entrySet()) {
            String path = file.getKey().path();
            if ("fix".equals(System.getProperty("sluice.format"))) {
                Files.writeString(Repository.ROOT.resolve(path), file.getValue());
            } else {
                unformatted.add(path);
            }
        }
        assertThat(unformatted).as("not formatted; run checks/format").isEmpty();
    }

    @Test
    void aDifferentLayoutIsNoticed() {
        SourceFile file = new SourceFile("A.java", "import java.util.List;\nclass A{ int b ; }\n");
        assertThat(format(file)).isEqualTo("class A {\n    int b;\n}\n");
    }

    private static String format(SourceFile file) {
        try {
            return FORMATTER.formatSourceAndFixImports(file.text());
        } catch (FormatterException e) {
            throw new AssertionError(file.path() + " cannot be parsed: " + e.getMessage(), e);
        }
    }
}
