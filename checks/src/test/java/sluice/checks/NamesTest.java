package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.checks.Repository.SourceFile;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What ARCHITECTURE.md calls a type is one: a rename that forgets the page is found. */
class NamesTest {
    /** A name with a small letter in it, as no constant has; of {@code A.b} the part A counts. */
    private static final Pattern TYPE =
            Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(\\.\\w+)?(\\(\\))?`");

    /** Of a type at the top of its file. */
    private static final Pattern DECLARATION =
            Pattern.compile("(?m)^(?:[a-z-]+ )*(?:class|interface|enum|record) (\\w+)");

    /** Of the JDK, not ours. */
    private static final Set<String> FOREIGN = Set.of("FileChannel", "Selector", "SSLEngine");

    @Test
    void theArchitectureNamesOnlyTypesThatExist() {
        List<SourceFile> files = Repository.files();
        SourceFile page = files.stream()
                .filter(file -> file.path().equals("ARCHITECTURE.md"))
                .findFirst()
                .orElseThrow();
        assertThat(unknown(page.text(), files)).isEmpty();
    }

    @Test
    void aNameThatNothingHasIsFound() {
        List<SourceFile> files = List.of(new SourceFile("a/Here.java", "class Here {}"));
        assertThat(unknown("`Here.run()` calls `Gone`, and `NONE` is a constant", files))
                .containsExactly("Gone");
    }

    private static Set<String> unknown(String page, List<SourceFile> files) {
        Set<String> types = files.stream()
                .filter(SourceFile::isJava)
                .flatMap(file -> DECLARATION.matcher(file.text()).results())
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toSet());
        Set<String> unknown = TYPE.matcher(page)
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        unknown.removeAll(types);
        unknown.removeAll(FOREIGN);
        return unknown;
    }
}
