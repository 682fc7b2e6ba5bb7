package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.checks.Repository.SourceFile;

import java.util.List;

/** Every file is reached from somewhere, and one that is not would be found. */
class DeadFilesTest {
    private static final List<SourceFile> FILES = Repository.files();

    @Test
    void everyTypeIsUsed() {
        assertThat(DeadFiles.types(FILES)).isEmpty();
    }

    @Test
    void everyDocumentIsReachedFromTheReadmeAndEveryLinkLeadsSomewhere() {
        assertThat(DeadFiles.documents(FILES)).isEmpty();
    }

    @Test
    void everyScriptIsMentioned() {
        assertThat(DeadFiles.scripts(FILES)).isEmpty();
    }

    @Test
    void aTypeThatOnlyItsOwnTestUsesIsDead() {
        SourceFile type = new SourceFile("src/main/A.java", "/** See {@link B}. */ class A {}");
        SourceFile test =
                new SourceFile("ATest.java", "class ATest { @Test void a() { new A(); } }");
        SourceFile user =
                new SourceFile("BTest.java", "class BTest { @Test void b() { new A(); } }");
        assertThat(DeadFiles.types(List.of(type, test)))
                .containsExactly("src/main/A.java: nothing uses A");
        assertThat(DeadFiles.types(List.of(type, test, user))).isEmpty();
    }

    @Test
    void aCommentDoesNotKeepATypeAliveButADocumentDoes() {
        SourceFile type = new SourceFile("A.java", "class A {}");
        SourceFile comment =
                new SourceFile("BTest.java", "/** {@link A} */ class B { @Test int b; }");
        SourceFile launcher = new SourceFile("run", "exec java -m sluice.cli/A\n");
        assertThat(DeadFiles.types(List.of(type, comment)))
                .containsExactly("A.java: nothing uses A");
        assertThat(DeadFiles.types(List.of(type, launcher))).isEmpty();
    }

    @Test
    void aDocumentOffTheReadmesChainIsFound() {
        SourceFile readme = new SourceFile("README.md", "[more](docs/a.md#part \"title\")");
        SourceFile linked = new SourceFile("docs/a.md", "[next](b.md), [up](../README.md)");
        SourceFile next = new SourceFile("docs/b.md", "[out](https://example.org/x.md)");
        SourceFile stray = new SourceFile("docs/c.png", "");
        assertThat(DeadFiles.documents(List.of(readme, linked, next))).isEmpty();
        assertThat(DeadFiles.documents(List.of(readme, linked, next, stray)))
                .containsExactly("docs/c.png: no document links it");
        assertThat(DeadFiles.documents(List.of(readme, linked)))
                .containsExactly("docs/a.md: link to docs/b.md, which does not exist");
    }

    @Test
    void aScriptThatNothingMentionsIsFound() {
        SourceFile script = new SourceFile("bench/peers.py", "import os\n");
        SourceFile other = new SourceFile("bench/format", "#!/bin/sh\n");
        SourceFile page = new SourceFile("README.md", "The format is simple. Run `peers.py`.");
        assertThat(DeadFiles.scripts(List.of(script, other, page)))
                .containsExactly("bench/format: nothing mentions it");
    }
}
