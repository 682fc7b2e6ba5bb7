package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import sluice.copy.CopyMethod;
import sluice.io.CopyMode;
import sluice.io.IdlePolicy;
import sluice.io.Model;
import sluice.io.Reactor;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Exit codes and words of commands that end by themselves. */
final class MainTest {
    private static final String TRY_SERVE = "try 'sluice serve --help'\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void withoutACommandItTellsWhatThereIs() {
        assertThat(run()).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("Usage: sluice", "serve", "doctor");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpIsNoError() {
        assertThat(run("--help")).isEqualTo(Exit.OK);
        assertThat(run("serve", "--help")).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .contains("--port", "--model", "--copy", "--reactor", "--drain-timeout")
                .contains("--allow-host=NAME")
                .contains("8000")
                .doesNotContain("${");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aDescriptionHasParagraphs() {
        assertThat(run("help", "get")).isEqualTo(Exit.OK);
        assertThat(run("help", "put")).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .contains("\n\nA URL that ends in a slash", "\n\nA directory is sent")
                .doesNotContain("%n");
    }

    @Test
    void anAllowedHostIsANameWithoutAPort() {
        assertThat(run("serve", "--allow-host", "a.example:80")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .isEqualTo("sluice: an allowed host must be a name without a port:"
                        + " 'a.example:80'\n" + TRY_SERVE);
    }

    @Test
    void itKnowsItsVersion() {
        assertThat(run("--version")).isEqualTo(Exit.OK);
        assertThat(out.toString()).startsWith("sluice ");
    }

    /** A report of a fault needs it. */
    @Test
    void itKnowsTheCommitOfItsSourcesIfTheyCameWithTheirRepository() {
        boolean repository = Files.exists(Path.of("..", ".git"));
        assertThat(run("version")).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .containsPattern(repository ? ", commit \\p{XDigit}{12}" : ", commit unknown");
    }

    /** Each name is as its owner spells it: io_uring has an underscore. */
    @Test
    void aNameThatIsUnknownIsAnsweredWithAllThatThereAre() {
        assertThat(run("serve", "--model", "kqueue")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("'kqueue' is not one of auto, " + names(Model.values(), Model::label));
        assertThat(run("serve", "--copy", "pigeon")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("'pigeon' is not one of " + names(CopyMode.values(), CopyMode::label));
        assertThat(run("serve", "--reactor", "nuclear")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("'nuclear' is not one of " + names(Reactor.values(), Reactor::label));
        assertThat(run("serve", "--idle", "nap")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("'nap' is not one of " + names(IdlePolicy.values(), IdlePolicy::label));
        assertThat(run("copy", "a", "b", "--copy", "pigeon")).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains(
                        "'pigeon' is not one of " + names(CopyMethod.values(), CopyMethod::label));
    }

    @Test
    void helpListsAllNamesThatThereAre() {
        run("serve", "--help");
        run("copy", "--help");
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("sockets: auto, " + names(Model.values(), Model::label))
                .contains(
                        names(CopyMode.values(), CopyMode::label),
                        names(Reactor.values(), Reactor::label))
                .contains(
                        names(IdlePolicy.values(), IdlePolicy::label),
                        names(CopyMethod.values(), CopyMethod::label));
    }

    private static <E> String names(E[] all, Function<E, String> label) {
        return Stream.of(all).map(label).collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 70000, 'port must be between 0 and 65535, not 70000'",
        "--port, -1, 'not -1'",
        "--port, http, http",
        "--loops, 0, 'loops must be between 1 and 1024, not 0'",
        "--loops, 100000, 'loops must be between 1 and 1024, not 100000'",
        "--memory, 1M, 'memory must be at least 67108864 bytes, which the JVM alone takes'",
        "--cache, 100T, 'half of the Java heap (-Xmx), not 109951162777600'",
        "--max-connections, 0, 'connections must be between 1 and 1048576, not 0'",
        "--max-connections, 2000000, 'not 2000000'",
        "--drain-timeout, -1, -1",
        "--model, kqueue, 'is not one of auto, nonblocking, select'",
        "--copy, carrier-pigeon, 'sendfile, transfer-to, splice'",
        "--reactor, nuclear, 'single, workers, main-sub, reuse-port'",
        "--symlinks, some, some",
        "--max-upload, 10X, '10G'",
        "--buffer, 10X, '64k'",
        "--buffer, 1, 'buffer must be between 4096 and 16777216, not 1'",
        "--buffer, 1T, 'buffer must be between'",
        "--max-upload, 9999999T, '9999999T'",
        "--host, no.such.host.invalid, no.such.host.invalid",
        "--frobnicate, 1, --frobnicate"
    })
    void whatCannotBeMeantIsWrongUsage(String option, String value, String words) {
        assertThat(run("serve", option, value)).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains(words).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"--port, 70000", "--loops, 0", "--buffer, 1", "--host, no.such.host.invalid"})
    void whatARecordRefusesIsToldInOneLine(String option, String value) {
        assertThat(run("serve", option, value)).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .startsWith("sluice: ")
                .endsWith("\n" + TRY_SERVE)
                .hasLineCount(2);
    }

    /** Such an option would take the argument behind it: a directory to serve. */
    @Test
    void noOptionHasAValueThatMayBeLeftOut() {
        CommandLine all = Main.commandLine(new PrintWriter(out), new PrintWriter(err));
        assertThat(all.getSubcommands()).hasSizeGreaterThan(5);
        Stream.concat(Stream.of(all), all.getSubcommands().values().stream())
                .flatMap(command -> command.getCommandSpec().options().stream())
                .forEach(option -> assertThat(option.arity().min())
                        .as(option.longestName())
                        .isEqualTo(option.arity().max()));
    }

    /** As an unset variable of a script is: java.nio would take it for the current directory. */
    @Test
    void anEmptyPathIsWrongUsageWhereverOneIsGiven() {
        for (String[] command : new String[][] {
            {"serve", ""},
            {"serve", ".", "--compress", "--compress-cache", ""},
            {"precompress", ""},
            {"copy", "", "target"},
            {"put", "", "http://localhost/"},
            {"get", "http://localhost/a", "-o", ""}
        }) {
            StringWriter said = new StringWriter();
            assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(said, true), command))
                    .as(String.join(" ", command))
                    .isEqualTo(Exit.USAGE);
            assertThat(said.toString())
                    .startsWith("sluice: ")
                    .contains("it is empty; give a name, or . for the current directory\ntry '")
                    .hasLineCount(2);
        }
    }

    /** Picocli would read it as a file of arguments. */
    @Test
    void aNameMayBeginWithAnAt() {
        assertThat(run("precompress", "@nothing")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).isEqualTo("sluice: @nothing is not a directory\n");
    }

    @Test
    void whatIsWrongIsToldInOneLineWithWhereToReadMore() {
        assertThat(run("serve", "--writable=/tmp")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).isEqualTo("sluice: --writable: it takes no value\n" + TRY_SERVE);
    }

    @Test
    void theOldSpellingOfTheCacheIsUnderstood(@TempDir Path root) {
        String inside = root.resolve("cache").toString();
        assertThat(run("serve", root.toString(), "--compress=" + inside)).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("would be in the served directory, at " + inside);
    }

    @Test
    void theCacheOfCompressedFilesIsNotServed(@TempDir Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        String inside = root.resolve("cache").toString();
        assertThat(run("serve", root.toString(), "--compress", "--compress-cache", inside))
                .isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .isEqualTo("sluice: the cache of --compress would be in the served directory, at "
                        + inside + "; choose another by --compress-cache\n" + TRY_SERVE);
        assertThat(root).isEmptyDirectory();
        assertThat(Cache.isServed(root, root, false)).isTrue();
        Path hidden = root.resolve(".cache/sluice");
        assertThat(Cache.isServed(hidden, root, false)).isFalse();
        assertThat(Cache.isServed(hidden, root, true)).isTrue();
        assertThat(Cache.isServed(folder.resolve("root2"), root, true)).isFalse();
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(Cache.isServed(link.resolve("cache"), root, false)).isTrue();
    }

    @Test
    void theCacheIsWhereTheUserKeepsSuch() {
        assertThat(Cache.base("/c", "/h", "/p")).isEqualTo(Path.of("/c"));
        assertThat(Cache.base("relative", "/h", "/p")).isEqualTo(Path.of("/h/.cache"));
        assertThat(Cache.base("", null, "/p")).isEqualTo(Path.of("/p/.cache"));
        assertThat(Cache.base(null, null, "?")).isNull();
        assertThatThrownBy(() -> Cache.directory(Path.of("/srv"), null))
                .hasMessageContaining("no home directory")
                .hasMessageContaining("--compress-cache");
    }

    @Test
    void twoDirectoriesAreOneTooMany() {
        assertThat(run("serve", "a", "b")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("b");
    }

    @Test
    void aCellThatCannotExistIsRefusedWithTheReason() {
        assertThat(run("serve", "--model", "epoll", "--copy", "transfer-to")).isEqualTo(Exit.USAGE);
        assertThat(run("serve", "--model", "selector", "--copy", "sendfile")).isEqualTo(Exit.USAGE);
        assertThat(err.toString().lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith("sluice: ") && line.contains("use --")
                        || line.startsWith("try "));
    }

    @Test
    void aDirectoryThatIsNotThereIsAFailure(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(run("serve", folder.resolve("nothing").toString())).isEqualTo(Exit.FAILED);
        assertThat(run("serve", file.toString())).isEqualTo(Exit.FAILED);
        assertThat(err.toString().lines())
                .containsExactly(
                        "sluice: " + folder.resolve("nothing") + " does not exist",
                        "sluice: " + file + " is a file, not a directory");
    }

    @ParameterizedTest
    @CsvSource({"epoll", "selector", "blocking", "virtual"})
    void aPortThatIsTakenIsAFailure(String model, @TempDir Path folder) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());

            assertThat(run("serve", "--model", model, "--port", port, folder.toString()))
                    .isEqualTo(Exit.FAILED);
            assertThat(err.toString())
                    .startsWith("sluice: cannot listen on 127.0.0.1:" + port + ": ")
                    .containsIgnoringCase("address already in use");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "log, has no extension and type; write e.g. log=text/plain",
        "=text/plain, has no extension and type",
        "log=text, is not a media type; write e.g. text/plain",
        "a.log=text/plain, is not an extension",
        "log=text/plain --mime .LOG=text/x, --mime has two types for log"
    })
    void aMediaTypeThatCannotBeMeantIsWrongUsage(String mime, String words, @TempDir Path folder) {
        for (String command : new String[] {"serve", "precompress"}) {
            String line = command + " " + folder + " --mime " + mime;
            assertThat(run(line.split(" "))).isEqualTo(Exit.USAGE);
        }
        assertThat(err.toString().split(Pattern.quote(words), -1)).hasSize(3);
    }

    @Test
    void precompressingNothingIsAFailureAndWithNobodyIsWrongUsage(@TempDir Path folder) {
        assertThat(run("precompress", folder.resolve("nothing").toString())).isEqualTo(Exit.FAILED);
        assertThat(run("precompress", "--threads", "0", folder.toString())).isEqualTo(Exit.USAGE);
    }

    @Test
    void precompressingMakesSiblings(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("page.html"), "all work and no play ".repeat(1_000));

        assertThat(run("precompress", folder.toString())).isEqualTo(Exit.OK);
        assertThat(folder.resolve("page.html.gz")).isNotEmptyFile();
        assertThat(out.toString()).contains(" siblings created");
    }

    @Test
    void copyTellsWhatItDid(@TempDir Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("source"), "content");
        Path target = folder.resolve("target");
        assertThat(run("copy", source.toString(), target.toString(), "--copy", "direct"))
                .isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("copied 1 file, ", "by direct", target.toString());
        assertThat(target).hasContent("content");
    }

    @Test
    void copyFailsWithoutASourceOrOntoADirectory(@TempDir Path folder) throws IOException {
        assertThat(run("copy", folder + "/none", folder + "/target")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("none does not exist");
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createDirectories(folder.resolve("to/tree"));
        assertThat(run("copy", tree.toString(), folder + "/to")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("already exists");
        assertThat(run("copy", tree.toString())).isEqualTo(Exit.USAGE);
    }

    @Test
    void copyPutsSeveralSourcesIntoADirectory(@TempDir Path folder) throws IOException {
        String a = Files.writeString(folder.resolve("a"), "A").toString();
        String b = Files.writeString(folder.resolve("b"), "B").toString();
        Path to = Files.createDirectory(folder.resolve("to"));
        assertThat(run("copy", a, b, folder + "/none")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("none is not a directory: to copy 2 sources");
        assertThat(run("copy", a, folder + "/./a", to.toString())).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("two of the sources would be copied to " + to + "/a");
        assertThat(to).isEmptyDirectory();

        assertThat(run("copy", a, b, to.toString())).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains(" to " + to + "/a", " to " + to + "/b");
        assertThat(to.resolve("a")).hasContent("A");
        assertThat(to.resolve("b")).hasContent("B");
    }

    @Test
    void copyNamesNoMethodForWhatNoneCopied(@TempDir Path folder) throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.createFile(tree.resolve("empty"));
        run("copy", tree + "/empty", folder + "/alone", "--copy", "direct");
        assertThat(out.toString()).contains("copied 1 file, 0 B to ").doesNotContain("direct");
        Files.writeString(tree.resolve("full"), "content");
        run("copy", tree.toString(), folder + "/both", "--copy", "direct");
        assertThat(out.toString()).contains("copied 2 files, 7 B, 1 by direct, 1 without data to");
    }

    @Test
    void copyTellsWhatCannotBeCopied(@TempDir Path folder) {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "this system has no such device");
        assertThat(run("copy", device.toString(), folder + "/target")).isEqualTo(Exit.FAILED);
        assertThat(err.toString().strip())
                .isEqualTo("sluice: /dev/null is neither a file nor a directory");
    }

    /** Their size is 0, and their content is made while it is read. */
    @Test
    void copyTakesTheContentOfFilesThatTellNoSize(@TempDir Path folder) throws IOException {
        Path unsized = Path.of("/proc/self/auxv");
        assumeTrue(Files.isReadable(unsized), "this system has no such files");
        Path target = folder.resolve("target");
        assertThat(run("copy", unsized.toString(), target.toString())).isEqualTo(Exit.OK);
        assertThat(Files.readAllBytes(target)).isEqualTo(Files.readAllBytes(unsized));
        assertThat(out.toString()).contains("copied 1 file, ", "by direct");
    }
}
