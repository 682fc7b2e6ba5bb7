package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The script {@code sluice}: wherever it is installed, and whatever the environment is. */
final class LauncherTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsShell() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell here");
        assumeTrue(Main.class.getModule().isNamed(), "the tests are not on the module path");
    }

    /** A built checkout: the script, jars, and sources that are older. */
    private Path install(String name) throws IOException {
        Path root = Files.createDirectories(folder.resolve(name));
        Files.copy(script(), root.resolve("sluice"));
        Files.createFile(root.resolve("pom.xml"));
        Files.createDirectories(root.resolve("cli/src/main"));
        Files.createFile(root.resolve("cli/pom.xml"));
        Files.createDirectories(root.resolve("lab/jobs"));
        Path library = Files.createDirectories(root.resolve("cli/target/lib"));
        Path main = Packaged.copy(library);
        Files.move(main, root.resolve("cli/target/sluice-cli.jar"));
        return root;
    }

    /** Tests run in the folder of their module. */
    private static Path script() {
        Path script = Path.of("..", "sluice").toAbsolutePath().normalize();
        assertThat(script).isExecutable();
        return script;
    }

    private record Run(int code, String said) {}

    /** In the folder of the installation's parent. */
    private Run run(Map<String, String> environment, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "with a space", "100%#[x];!&@\\"})
    void itRunsInAFolderOfAnyName(String name) throws Exception {
        install(name);
        Run run = run(Map.of(), List.of(name + "/sluice", "--version"));
        assertThat(run.said()).startsWith("sluice ");
        assertThat(run.code()).isZero();
    }

    @Test
    void withCdpathItFindsItselfAndLeavesNothingBehind() throws Exception {
        install("there");
        Run run = run(Map.of("CDPATH", ".:/usr"), List.of("there/sluice", "--version"));
        assertThat(run.said()).startsWith("sluice ").hasLineCount(1);
        try (Stream<Path> beside = Files.list(folder)) {
            assertThat(beside).containsExactly(folder.resolve("there"));
        }
    }

    /** As base images name one for all programs; Java refuses to start with two. */
    @ParameterizedTest
    @CsvSource({
        "JAVA_TOOL_OPTIONS, -XX:+UseG1GC",
        "JDK_JAVA_OPTIONS, -XX:+UseParallelGC",
        "_JAVA_OPTIONS, -XX:+UseG1GC",
        "JAVA_TOOL_OPTIONS, -XX:AOTMode=off",
        "JAVA_TOOL_OPTIONS, -XX:SharedArchiveFile=/nowhere"
    })
    void itKeepsToTheJvmOptionsOfTheEnvironment(String variable, String options) throws Exception {
        install("there");
        Run run = run(Map.of(variable, options), List.of("there/sluice", "--version"));
        assertThat(run.code()).as(run.said()).isZero();
        assertThat(run.said()).contains("sluice ").doesNotContain("Error");
    }

    /** Two that build at once overwrite each other's files, and both fail. */
    @Test
    void ofTwoStartsOneBuildsAndTheOtherWaits() throws Exception {
        Path root = install("there");
        Path jar = root.resolve("cli/target/sluice-cli.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        Path builds = folder.resolve("builds");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        String maven = """
            #!/bin/sh
            echo build >> '%s'
            mkfifo '%s' && read -r _ < '%s'
            touch '%s'
            """.formatted(builds, folder.resolve("go"), folder.resolve("go"), jar);
        assertThat(Files.writeString(bin.resolve("mvn"), maven).toFile().setExecutable(true))
                .isTrue();
        Map<String, String> path = Map.of("PATH", bin + ":" + System.getenv("PATH"));

        CompletableFuture<Run> first = CompletableFuture.supplyAsync(() -> version(path));
        // The second one is told to wait, and only then the build may go on.
        String script = "while ! [ -p go ]; do :; done;"
                + " there/sluice --version 2>&1 | { read -r said && echo go > go;"
                + " echo \"$said\"; cat; }";
        Run second = run(path, List.of("sh", "-c", script));

        assertThat(second.said())
                .contains("another start is building here; waiting for it...\nsluice ");
        assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS).code()).isZero();
        assertThat(builds).hasContent("build");
    }

    private Run version(Map<String, String> environment) {
        try {
            return run(environment, List.of("there/sluice", "--version"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void itRunsWithoutAHome() throws Exception {
        install("there");
        Run run = run(Map.of(), List.of("env", "-u", "HOME", "there/sluice", "--version"));
        assertThat(run.said()).startsWith("sluice ");
    }

    /** Of cron, systemd and most containers; and what one asks for that is not installed. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "xx_YY.UTF-8", ""})
    void inAnyLocaleNamesBeyondAsciiAreNamesLikeOthers(String locale) throws Exception {
        install("dört");
        Path site = Files.createDirectory(folder.resolve("wü"));
        Files.writeString(site.resolve("ü.js"), "all work and no play ".repeat(1_000));
        Map<String, String> environment = Map.of("LC_ALL", locale, "LANG", locale);
        Run precompressed =
                run(environment, List.of("dört/sluice", "precompress", "--threads", "1", "wü"));
        assertThat(precompressed.said()).contains(" siblings created").contains(" 0 failed");
        assertThat(site.resolve("ü.js.gz")).isNotEmptyFile();
        Run copied = run(environment, List.of("dört/sluice", "copy", "wü", "für dich"));
        assertThat(copied.said()).contains("copied ", " to ").contains("für dich");
        assertThat(folder.resolve("für dich/ü.js")).isNotEmptyFile();
    }

    /** The octets of a name are 0xFC, which Java has no character for. */
    @Test
    void aNameThatIsNotUtf8IsANameLikeOthers() throws Exception {
        install("there");
        String script = """
            n=$(printf 'w\\374')
            mkdir "$n" && printf %2000s x > "$n/$n.js" || exit 77
            there/sluice precompress "$n" && test -s "$n/$n.js.gz" || exit 1
            there/sluice copy "$n/$n.js" "$n/copy" && test -s "$n/copy" || exit 2
            there/sluice copy "$n/copy" "$n/$n" && test -s "$n/$n" || exit 3
            """;
        Run run = run(Map.of(), List.of("sh", "-c", script));
        assumeTrue(run.code() != 77, "this file system has names in UTF-8 only");
        assertThat(run.code()).as(run.said()).isZero();
    }
}
