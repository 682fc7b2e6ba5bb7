package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The script {@code sluice} in a tree of its own, with a Maven and JDKs that only tell. */
class LauncherTest {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path temp;

    private Path root;
    private Path bin;
    private Path jdk25;

    @BeforeEach
    void layOutAnUnbuiltTree() throws IOException {
        root = Files.createDirectory(temp.resolve("a root"));
        bin = Files.createDirectory(temp.resolve("bin"));
        jdk25 = jdk("jdk25", "25.0.3");
        script(root.resolve("sluice"), Files.readString(Repository.ROOT.resolve("sluice")));
        write("pom.xml", BUILT.minusSeconds(1));
        for (String module : List.of("linux", "io", "http", "server", "cli")) {
            write(module + "/pom.xml", BUILT.minusSeconds(1));
            write(module + "/src/main/A.java", BUILT.minusSeconds(1));
        }
        maven("mkdir -p cli/target/lib; touch -d " + BUILT + " cli/target/sluice-cli.jar");
        makeOlder();
    }

    @Test
    void buildsOnceAndThenOnlyStarts() throws Exception {
        Outcome first = sluice(jdk25, "serve", "a dir");
        Outcome second = sluice(jdk25, "serve");
        assertThat(first.err()).contains("building");
        assertThat(first.out()).contains("jdk25", "-m sluice.cli/sluice.cli.Main serve a dir");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).contains("-m sluice.cli/sluice.cli.Main serve");
    }

    @Test
    void buildsAgainWhenASourceIsNewerOrGone() throws Exception {
        sluice(jdk25);
        write("io/src/main/B.java", BUILT.plusSeconds(1));
        assertThat(sluice(jdk25).err()).contains("building");
        makeOlder();
        assertThat(sluice(jdk25).err()).isEmpty();
        Files.delete(root.resolve("io/src/main/B.java"));
        assertThat(sluice(jdk25).err()).contains("building");
    }

    @Test
    void becomesTheJavaProcessAndPassesOnItsExitCode() throws Exception {
        Outcome outcome = sluice(jdk25);
        assertThat(outcome.out()).contains("pid " + outcome.pid() + " ");
        assertThat(outcome.exitCode()).isEqualTo(7);
    }

    @Test
    void startsFromTheCacheThatWasMadeAfterTheBuildAndFromNoOlderOne() throws Exception {
        String cache = "-XX:AOTCache=" + root + "/cli/target/sluice-25.0.3.aot";
        assertThat(sluice(jdk25).out()).contains(cache);
        Path jar = root.resolve("cli/target/sluice-cli.jar");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(sluice(jdk25).out()).doesNotContain("AOTCache");
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(bin.resolve("sluice"), root.resolve("sluice"));
        assertThat(run(link, jdk25).out()).contains(root + "/cli/target/lib");
    }

    @Test
    void passesOverAnOldJavaHomeForANewerJavaInThePath() throws Exception {
        Path old = jdk("jdk17", "17.0.15");
        Files.createSymbolicLink(bin.resolve("java"), jdk25.resolve("bin/java"));
        assertThat(sluice(old).out()).startsWith("jdk25");
    }

    @Test
    void saysWhatToInstallWhereThereIsNoNewEnoughJava() throws Exception {
        Path launcher = root.resolve("sluice");
        Files.writeString(launcher, Files.readString(launcher).replace("need=25", "need=99"));
        Outcome outcome = sluice(jdk25);
        assertThat(outcome.err()).contains("needs Java 99 or newer").contains("Install a JDK 99");
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void showsTheErrorsOfAFailedBuildAndStartsNothing() throws Exception {
        maven("echo '[INFO] fine'; echo '[ERROR] A.java:[3,1] wrong'; exit 1");
        Outcome outcome = sluice(jdk25);
        assertThat(outcome.err()).contains("[ERROR] A.java:[3,1] wrong").doesNotContain("fine");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    private record Outcome(long pid, int exitCode, String out, String err) {}

    private Outcome sluice(Path javaHome, String... args) throws Exception {
        return run(root.resolve("sluice"), javaHome, args);
    }

    private Outcome run(Path launcher, Path javaHome, String... args) throws Exception {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of(launcher.toString()), Stream.of(args)).toList());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().merge("PATH", bin.toString(), (path, mine) -> mine + ":" + path);
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        int exitCode = process.waitFor();
        return new Outcome(process.pid(), exitCode, Files.readString(out), Files.readString(err));
    }

    /** A Java that tells its name, its process and its arguments, and can be trained. */
    private Path jdk(String name, String version) throws IOException {
        Path home = temp.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), """
            #!/bin/sh
            case $1 in
                -XX:AOTCacheOutput=*)
                    trap 'exit 0' TERM
                    touch "${1#*=}"
                    echo Sluice serving
                    exit 0
                    ;;
            esac
            echo "%s pid $$ $*"
            exit 7
            """.formatted(name));
        return home;
    }

    private void maven(String body) throws IOException {
        script(bin.resolve("mvn"), "#!/bin/sh\ncd '" + root + "'\n" + body + "\n");
    }

    /** Every source, and every folder of sources, is older than what the Maven above builds. */
    private void makeOlder() throws IOException {
        try (Stream<Path> sources = Files.walk(root)) {
            for (Path path :
                    sources.filter(p -> !p.toString().contains("target")).toList()) {
                Files.setLastModifiedTime(path, FileTime.from(BUILT.minusSeconds(1)));
            }
        }
    }

    private void write(String path, Instant time) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
