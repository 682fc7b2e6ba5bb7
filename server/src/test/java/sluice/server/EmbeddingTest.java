package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.linux.Linux;
import sluice.server.testing.Tree;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The example of the README works as it is printed there. */
final class EmbeddingTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- test:embedding -->\\s*```java\n(.*?)\n```", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("class (\\w+)");
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private Path site;
    private Path classes;
    private String type;

    @BeforeEach
    void compile(@TempDir Path folder) throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(readme()));
        assertThat(example.find())
                .as("README.md has a block <!-- test:embedding -->")
                .isTrue();
        Matcher declared = TYPE.matcher(example.group(1));
        assertThat(declared.find()).isTrue();
        type = declared.group(1);
        site = Files.createDirectory(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), Tree.INDEX);
        classes = folder.resolve("classes");
        Path source = Files.writeString(folder.resolve(type + ".java"), example.group(1));

        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options = List.of("-Xlint:all", "-d", classes.toString(), "-cp", CLASS_PATH);
        var sources = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)
                .getJavaFileObjects(source);
        boolean compiled =
                compiler.getTask(said, null, null, options, null, sources).call();
        assertThat(compiled).as(said.toString()).isTrue();
    }

    private static Path readme() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
        }
        assertThat(folder).as("the folder of README.md").isNotNull();
        return folder.resolve("README.md");
    }

    private String run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of(type, site.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static void expectServed(String said) {
        assertThat(said.lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("serving at http://127\\.0\\.0\\.1:\\d+/");
        assertThat(said.lines().toList().getLast()).isEqualTo(Tree.INDEX.length() + " bytes");
    }

    @Test
    void theReadmesExampleRunsOnTheClassPath() throws Exception {
        expectServed(runOnClassPath("--enable-native-access=ALL-UNNAMED"));
    }

    /** Modules below, and a program that is none. */
    @Test
    void theReadmesExampleRunsOverModules() throws Exception {
        expectServed(runOverModules("--enable-native-access=sluice.linux"));
    }

    /** Java asks for a Linker before it calls native code. */
    private boolean callsNativeCode(Path loaded) throws IOException {
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.anyMatch(line -> line.contains(" java.lang.foreign.Linker "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mac OS X", "Windows 11"})
    void onOtherSystemsItRunsWithoutNativeCode(String system, @TempDir Path folder)
            throws Exception {
        Path loaded = folder.resolve("loaded");
        String[] elsewhere = {
            "-Dos.name=" + system,
            "--illegal-native-access=deny",
            "-Xlog:class+load:file=" + loaded + ":tags"
        };
        expectServed(runOnClassPath(elsewhere));
        assertThat(callsNativeCode(loaded)).isFalse();
        expectServed(runOverModules(elsewhere));
        assertThat(callsNativeCode(loaded)).isFalse();
        assumeTrue(Linux.available(), "nothing to compare with");
        String[] here = {"--enable-native-access=ALL-UNNAMED", elsewhere[2]};
        expectServed(runOnClassPath(here));
        assertThat(callsNativeCode(loaded)).isTrue();
    }

    private String runOnClassPath(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-cp", classes + File.pathSeparator + CLASS_PATH));
        return run(all.toArray(String[]::new));
    }

    private String runOverModules(String... options) throws Exception {
        String modules = Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> hasDescriptor(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--module-path", modules, "--add-modules=sluice.server"));
        all.addAll(List.of("-cp", classes.toString()));
        return run(all.toArray(String[]::new));
    }

    /** Built as a folder or as a jar, whichever the build has reached. */
    private static boolean hasDescriptor(Path entry) {
        boolean ours = entry.toString().matches(".*/(linux|io|http|server)/target/[^/]+");
        boolean jar = entry.toString().endsWith(".jar") && !entry.toString().endsWith("-tests.jar");
        return ours && (jar || Files.exists(entry.resolve("module-info.class")));
    }
}
