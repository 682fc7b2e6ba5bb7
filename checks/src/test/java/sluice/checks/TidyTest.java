package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.checks.Repository.SourceFile;

import java.util.List;

/** The repository keeps its rules, and each rule is shown to catch a planted violation. */
class TidyTest {
    private static final List<SourceFile> FILES = Repository.files();

    @Test
    void everyFileIsTidy() {
        assertThat(FILES.stream().flatMap(file -> Tidy.violations(file).stream()))
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(Tidy.packagesNotNullMarked(FILES)).isEmpty();
    }

    @Test
    void theReadmeDoesNotUnderstateTheSize() {
        String readme = FILES.stream()
                .filter(file -> file.path().equals("README.md"))
                .map(SourceFile::text)
                .findFirst()
                .orElse("");
        long lines = FILES.stream()
                .filter(file -> file.isJava() && file.path().contains("/src/main/"))
                .mapToLong(file -> file.lines().size())
                .sum();
        assertThat(Tidy.sizeClaim(readme, lines)).isEmpty();
    }

    @Test
    void aLineOfMoreThanAHundredColumnsIsFound() {
        assertThat(found("A.java", "// " + "é".repeat(97) + "\n")).isEmpty();
        assertThat(found("A.java", "// " + "é".repeat(98) + "\n"))
                .containsExactly("A.java:1: 101 columns, limit 100");
    }

    @Test
    void whatCannotBeWrappedMayBeLong() {
        assertThat(found("a.md", "| " + "cell ".repeat(30) + "|\n")).isEmpty();
        assertThat(found("a.md", "word ".repeat(30) + "word\n")).hasSize(1);
    }

    @Test
    void aMethodOfMoreThanSeventyLinesIsFound() {
        assertThat(found("A.java", methodOf(70))).isEmpty();
        assertThat(found("A.java", methodOf(71)))
                .containsExactly("A.java: method m:2 has 71 lines, limit 70");
    }

    @Test
    void aFileOfMoreThanFourHundredLinesIsFound() {
        assertThat(found("run.sh", "true\n".repeat(400))).isEmpty();
        assertThat(found("run.sh", "true\n".repeat(401)))
                .containsExactly("run.sh: 401 lines, limit 400");
    }

    @Test
    void straySpacesTabsAndMissingLineEndsAreFound() {
        assertThat(found("pom.xml", "<a> \n")).containsExactly("pom.xml:1: blank at the end");
        assertThat(found("pom.xml", "\t<a>\n")).containsExactly("pom.xml:1: tab");
        assertThat(found("pom.xml", "<a>")).containsExactly("pom.xml: no line end at the end");
    }

    @Test
    void aNoteLeftForLaterIsFound() {
        assertThat(found("run", "#!/bin/sh\n# TO" + "DO\n"))
                .containsExactly("run:2: left-over note");
    }

    @Test
    void aPathOfOneMachineIsFoundButNotAnUrl() {
        assertThat(found("a.md", "see /ho" + "me/me/x\n"))
                .containsExactly("a.md:1: path of one machine");
        assertThat(found("a.md", "http://a/home/me, bench/work/x, /home/you/x\n"))
                .isEmpty();
    }

    @Test
    void aTestThatSleepsIsFound() {
        String sleep = "class A {\n    int a = Thread.sl" + "eep(1);\n}\n";
        assertThat(found("io/src/test/java/A.java", sleep)).hasSize(1);
        assertThat(found("io/src/main/java/A.java", sleep)).isEmpty();
    }

    @Test
    void aPackageWithoutNullMarkedIsFound() {
        SourceFile type = new SourceFile("io/src/main/java/a/A.java", "class A {}\n");
        SourceFile marked =
                new SourceFile("io/src/main/java/a/package-info.java", "@NullMarked\npackage a;\n");
        assertThat(Tidy.packagesNotNullMarked(List.of(type, marked))).isEmpty();
        assertThat(Tidy.packagesNotNullMarked(List.of(type)))
                .containsExactly("io/src/main/java/a: no @NullMarked package-info.java");
    }

    @Test
    void aSizeClaimMoreThanATenthOffIsFound() {
        assertThat(Tidy.sizeClaim("It has 1,000 lines.", 1_090)).isEmpty();
        assertThat(Tidy.sizeClaim("It has 1,000 lines.", 1_200)).hasSize(1);
        assertThat(Tidy.sizeClaim("It is small.", 1_200)).isEmpty();
    }

    private static List<String> found(String path, String text) {
        return Tidy.violations(new SourceFile(path, text));
    }

    private static String methodOf(int lines) {
        return "class A {\n    void m() {\n" + "        m();\n".repeat(lines - 2) + "    }\n}\n";
    }
}
