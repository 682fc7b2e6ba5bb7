package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The terms of what the commands run with are told, and lie in the jars. */
class ThirdPartyTest {
    /** What the build lists of the libraries at run time, each with its group and version. */
    private static final Path LISTED = Path.of("target/generated-sources/license/THIRD-PARTY.txt");

    private static final Pattern LIBRARY =
            Pattern.compile("\\(([\\w.-]+):([\\w.-]+):([\\w.-]+) - ");

    /** Annotations that no class needs at run time. */
    private static final String COMPILE_ONLY = "org.jspecify";

    private record Library(String group, String name, String version) {}

    private static List<Library> libraries() throws IOException {
        try (Stream<String> lines = Files.lines(LISTED)) {
            return lines.map(LIBRARY::matcher)
                    .filter(matcher -> matcher.find())
                    .map(found -> new Library(found.group(1), found.group(2), found.group(3)))
                    .filter(library -> !library.group().equals("sluice"))
                    .filter(library -> !library.group().equals(COMPILE_ONLY))
                    .toList();
        }
    }

    @Test
    void eachLibraryAtRunTimeIsNamedWithItsVersionAndLicence() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../THIRD-PARTY.md"));

        assertThat(libraries())
                .isNotEmpty()
                .allSatisfy(library -> assertThat(rows)
                        .as("a row of THIRD-PARTY.md for " + library)
                        .anySatisfy(row -> assertThat(row)
                                .startsWith("| ")
                                .containsPattern("\\b" + Pattern.quote(library.name()) + "\\b")
                                .contains("| " + library.version() + " |")));
    }

    @Test
    void theJarOfTheCommandsCarriesTheTermsOfAllOfThem() throws IOException {
        assertThat(resource("LICENSE")).contains("Apache License");
        assertThat(resource("NOTICE")).contains("mime-db");
        assertThat(resource("THIRD-PARTY.md")).contains("picocli", "brotli", "zstd");
        for (String text : List.of(
                "brotli", "zstd", "zstd-jni", "qrcodegen", "HdrHistogram", "antlr4-runtime")) {
            assertThat(resource("licenses/" + text + ".txt")).containsIgnoringCase("Copyright (c)");
        }
    }

    @Test
    void everyJarCarriesItsOwnTerms() {
        for (String module : Architecture.ARROWS.keySet()) {
            Path terms = Path.of("..", module, "target/classes/META-INF");
            assertThat(terms.resolve("LICENSE")).exists();
            assertThat(terms.resolve("NOTICE")).exists();
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = Main.class.getResourceAsStream("/META-INF/" + name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
