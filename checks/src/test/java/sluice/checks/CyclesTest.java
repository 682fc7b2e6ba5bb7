package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.checks.Repository.SourceFile;

import java.util.List;
import java.util.Set;

/** How many files of a module a reader of one may have to read with it: checks/cycles prints it. */
class CyclesTest {
    @ParameterizedTest
    @CsvSource({"linux, 7", "io, 12", "http, 7", "server, 7", "client, 7", "cli, 7"})
    void noGroupOfFilesThatReachOneAnotherIsBig(String module, int most) {
        List<Set<String>> groups = Cycles.of(sourcesOf(module));
        int biggest = groups.isEmpty() ? 1 : groups.getFirst().size();
        System.out.printf(
                "%s: the biggest group of files that all reach one another has %d%s%n",
                module, biggest, groups.isEmpty() ? "" : ": " + groups.getFirst());
        assertThat(biggest).isLessThanOrEqualTo(most);
    }

    private static List<SourceFile> sourcesOf(String module) {
        return Repository.files().stream()
                .filter(file -> file.isJava() && file.path().startsWith(module + "/src/main/"))
                .filter(file -> !file.name().endsWith("-info.java"))
                .toList();
    }

    @Test
    void filesThatReachOneAnotherAreAGroup() {
        assertThat(Cycles.of(List.of(
                        file("A", "class A { B b; }"),
                        file("B", "class B { void c() { C.run(); } }"),
                        file("C", "class C { A a; D d; }"),
                        file("D", "class D {}"))))
                .containsExactly(Set.of("A", "B", "C"));
    }

    @Test
    void filesThatUseEachOtherOneWayOrInACommentAreNone() {
        assertThat(Cycles.of(List.of(
                        file("A", "class A { B b; }"),
                        file("B", "/** Used by {@link A}. */ class B { String a = \"A\"; }"))))
                .isEmpty();
    }

    private static SourceFile file(String type, String text) {
        return new SourceFile("io/src/main/java/" + type + ".java", text);
    }
}
