package sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/protocols.md prints is what is compiled and tested here. */
class ProtocolsPageTest {
    private static final Pattern EXCERPT =
            Pattern.compile("<!-- test:(\\w+\\.java) -->\\s*```java\n(.*?)```", Pattern.DOTALL);
    private static final Path SOURCES = Path.of("src/main/java/sluice/examples");

    private static Path module() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve(SOURCES)) ? here : here.resolve("examples");
    }

    @Test
    void everyExcerptIsInTheSourceThatItNames() throws IOException {
        String page = Files.readString(module().resolveSibling("docs/protocols.md"));
        assertThat(EXCERPT.matcher(page).results()).hasSize(2).allSatisfy(found -> {
            String source = Files.readString(module().resolve(SOURCES).resolve(found.group(1)));
            assertThat(source).contains(found.group(2));
        });
    }

    @Test
    void theExamplesNeedNothingButWhatIoExports() {
        assertThat(FileByName.class.getModule().getDescriptor().requires())
                .extracting(Object::toString)
                .satisfiesExactlyInAnyOrder(
                        base -> assertThat(base).contains("java.base"),
                        io -> assertThat(io).contains("sluice.io"));
        assertThat(Stream.of(FileByName.class, SmallLoop.class))
                .allSatisfy(type -> assertThat(type.getModule().isNamed()).isTrue());
    }
}
