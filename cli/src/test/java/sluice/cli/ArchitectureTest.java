package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.http.RequestHead;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Linker;
import java.lang.module.ModuleDescriptor;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The arrows between the modules hold in their class files, and a planted one is found. */
class ArchitectureTest {
    private static final Set<String> MODULES = Architecture.ARROWS.keySet();

    /** Requires sluice.io and nothing else: its module descriptor is rule enough. */
    private static final String NOT_SHIPPED = "examples";

    /** Tests run in the folder of their module, and this one depends on all the others. */
    private static final Path ROOT = Path.of("..");

    static {
        // The rules ask for names alone: what the JDK's classes contain need not be read.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void aModuleUsesOnlyWhatItsArrowsAllow(String module) {
        Architecture.usesOnlyItsArrows(module).check(classesOf(module));
    }

    @Test
    void httpTouchesNoSocketsChannelsOrFilesAndReadsNoClock() {
        Architecture.touchesNoSocketsChannelsOrFiles().check(classesOf("http"));
        Architecture.readsNoClock().check(classesOf("http"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"io", "http", "server", "cli"})
    void onlyLinuxCallsForeignCode(String module) {
        Architecture.callsNoForeignCode().check(classesOf(module));
    }

    @ParameterizedTest
    @FieldSource("sluice.cli.Architecture#EMBEDDED")
    void anEmbedderGetsNoThirdPartyCode(String module) throws IOException {
        Architecture.needsNothingButTheJdk().check(classesOf(module));
        try (InputStream in = Files.newInputStream(output(module).resolve("module-info.class"))) {
            assertThat(ModuleDescriptor.read(in).requires())
                    .filteredOn(
                            r -> !r.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                    .allMatch(r -> r.name().matches("(java|jdk|sluice)\\..*"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"response", "listing", "content", "site"})
    void whatMakesResponsesKnowsNoSyntax(String room) {
        Path classes = output("server").resolve("sluice/server").resolve(room);
        Architecture.knowsNoSyntax().check(new ClassFileImporter().importPath(classes));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void theRoomsOfAModuleHaveNoCycles(String module) {
        Architecture.roomsHaveNoCycles(
                        "sluice." + module, Architecture.DOORS.getOrDefault(module, Set.of()))
                .check(classesOf(module));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aModuleWithRoomsExportsItsFrontRoomOnly(String module) throws IOException {
        try (InputStream in = Files.newInputStream(output(module).resolve("module-info.class"))) {
            assertThat(ModuleDescriptor.read(in).exports())
                    .extracting(ModuleDescriptor.Exports::source)
                    .containsExactly("sluice." + module);
        }
    }

    @Test
    void everyModuleIsUnderTheRules() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            List<String> modules = folders.filter(folder ->
                            Files.exists(folder.resolve("src/main/java/module-info.java")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(module -> !module.equals(NOT_SHIPPED))
                    .toList();
            assertThat(modules).containsExactlyInAnyOrderElementsOf(MODULES);
        }
    }

    @Test
    void anArrowTheWrongWayIsFound() {
        catches(Architecture.usesOnlyItsArrows("http"), UsesAnotherModule.class);
        catches(Architecture.usesOnlyItsArrows("io"), UsesAnotherModule.class);
    }

    @Test
    void aSocketAChannelAndAFileAreFound() {
        catches(Architecture.touchesNoSocketsChannelsOrFiles(), UsesSocket.class);
        catches(Architecture.touchesNoSocketsChannelsOrFiles(), UsesChannel.class);
        catches(Architecture.touchesNoSocketsChannelsOrFiles(), UsesPath.class);
        catches(Architecture.touchesNoSocketsChannelsOrFiles(), UsesFileStream.class);
    }

    @Test
    void aReadingOfTheClockIsFound() {
        catches(Architecture.readsNoClock(), ReadsInstant.class);
        catches(Architecture.readsNoClock(), ReadsNanoTime.class);
    }

    @Test
    void aForeignCallIsFound() {
        catches(Architecture.callsNoForeignCode(), UsesLinker.class);
    }

    @Test
    void aParserOfHttp1IsFound() {
        catches(Architecture.knowsNoSyntax(), ReadsHttp1.class);
    }

    @Test
    void aLibraryIsFound() {
        catches(Architecture.needsNothingButTheJdk(), UsesLibrary.class);
    }

    /** One class of the front room that uses an inner one is a cycle: here a door in disguise. */
    @Test
    void aCycleOfRoomsIsFound() {
        ArchRule rule = Architecture.roomsHaveNoCycles("sluice.io", Set.of("Reactors"));
        JavaClasses io = classesOf("io");
        assertThatThrownBy(() -> rule.check(io))
                .hasMessageContaining("Cycle detected")
                .hasMessageContaining("sluice.io.ClientLoop");
    }

    private static Set<String> rooms() {
        return Architecture.DOORS.keySet();
    }

    private static void catches(ArchRule rule, Class<?> planted) {
        JavaClasses classes = new ClassFileImporter().importClasses(planted);
        assertThatThrownBy(() -> rule.check(classes)).hasMessageContaining(planted.getSimpleName());
    }

    private static JavaClasses classesOf(String module) {
        return new ClassFileImporter().importPath(output(module));
    }

    private static Path output(String module) {
        return ROOT.resolve(module + "/target/classes");
    }

    private record UsesAnotherModule(Main cli) {}

    private record UsesSocket(Socket socket) {}

    private record UsesChannel(FileChannel channel) {}

    private record UsesPath(Path path) {}

    private record UsesFileStream(FileInputStream in) {}

    private record UsesLinker(Linker linker) {}

    private record ReadsHttp1(RequestHead head) {}

    private record UsesLibrary(JavaClasses classes) {}

    private record ReadsInstant(Instant time) {
        ReadsInstant() {
            this(Instant.now());
        }
    }

    private record ReadsNanoTime(long time) {
        ReadsNanoTime() {
            this(System.nanoTime());
        }
    }
}
