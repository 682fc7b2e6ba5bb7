package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** Wrong usage: what is said, and that it fits on a terminal. */
final class MisuseTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "serve --frobnicate | there is no option --frobnicate",
                "serve --hots=x | there is no option --hots; did you mean --host?",
                "serve --port http | --port: 'http' is not a whole number up to 2147483647",
                "serve --loops 99999999999 | --loops: '99999999999' is not a whole number up to"
                        + " 2147483647",
                "serve --symlinks some | --symlinks: 'some' is not one of inside, none, all",
                "serve --cold-guard 1 | --cold-guard: '1' is not one of on, off",
                "serve --access-log-format xml | --access-log-format: 'xml' is not one of json,"
                        + " common, combined",
                "serve --port | --port needs a value: PORT",
                "serve --port 1 --port 2 | --port is given twice",
                "serve a b | 'b' is one argument too many",
                "serve --writable=no | --writable: it takes no value",
                "get | an argument is missing: URL",
                "copy a | an argument is missing: SRC... DST",
                "get ftp://a/b | ftp://a/b is not an http:// or https:// URL",
                "precompress . --threads 0 | --threads must be 1 or more, not 0",
                "doctor --seconds 0 --calibrate | --seconds must be 1 to 40, not 0"
            })
    void theReasonIsOneLineInPlainWordsAndTheNextSaysWhereToRead(String command, String words) {
        assertThat(run(command.split(" "))).isEqualTo(Exit.USAGE);
        String name = command.split(" ")[0];
        assertThat(err.toString())
                .isEqualTo("sluice: " + words + "\ntry 'sluice " + name + " --help'\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aCommandThatIsNotThereIsToldAsSuch() {
        assertThat(run("sevre")).isEqualTo(Exit.USAGE);
        assertThat(run("help", "sevre")).isEqualTo(Exit.USAGE);
        String told = "sluice: there is no command 'sevre'\ntry 'sluice --help'\n";
        assertThat(err.toString()).isEqualTo(told + told);
    }

    @Test
    void aCommandThatWasProbablyMeantIsNamed(@TempDir Path folder) {
        assertThat(run("srve")).isEqualTo(Exit.USAGE);
        assertThat(run(folder.toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .contains("there is no command 'srve'; did you mean serve?\n")
                .contains("there is no command '" + folder + "'; to serve that directory:"
                        + " sluice serve " + folder + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--idle spin | --idle | with model epoll",
                "--model poll --idle spin | --idle | with model poll",
                "--model blocking --reactor workers | --reactor | with model blocking",
                "--model virtual --loops 2 | --loops | with model virtual",
                "--model virtual --cold-guard off | --cold-guard | with model virtual",
                "--reactor single --loops 2 | --loops | with --reactor single",
                "--model nonblocking --buffer 64k | --buffer | with copy path sendfile",
                "--copy splice --buffer 64k | --buffer | with copy path splice",
                "--copy zerocopy --buffer 64k | --buffer | with copy path zerocopy",
                "--compress-cache /nowhere | --compress-cache | without --compress",
                "--max-upload 1G | --max-upload | without --writable",
                "--h2c --tls-self-signed | --h2c | with https, where clients get HTTP/2 anyway",
                "--hsts 1d | --hsts | without --tls-cert or --tls-self-signed",
                "--tls-ticket-keys f | --tls-ticket-keys | without --tls-cert or --tls-self",
                "--tls-provider jdk | --tls-provider | without --tls-cert or --tls-self",
                "--redirect-http 80 | --redirect-http | without --tls-cert or --tls-self",
                "--tls-self-signed --tls-cert a --tls-key b | --tls-self-signed | with --tls-cert",
                "--max-unfinished 1G | --max-unfinished | without --writable",
                "--access-log-format common | --access-log-format | without --access-log",
                "--access-log-fields time | --access-log-fields | without --access-log",
                "--access-log f --access-log-keep 2 | --access-log-keep | without --access-log-rot",
                "--access-log - --access-log-rotate 2M | --access-log-rotate | with --access-log -",
                "--admin-anywhere | --admin-anywhere | without --admin",
                "--sandbox off --sandbox-allow a | --sandbox-allow | with --sandbox off",
                "--host 0.0.0.0 --allow-host a | --allow-host | with --host 0.0.0.0"
            })
    void anOptionWithoutEffectIsRefusedWithTheReason(String options, String option, String why) {
        assertThat(run(("serve " + options).split(" "))).isEqualTo(Exit.USAGE);
        assertThat(err.toString())
                .startsWith("sluice: " + option + " has no effect " + why)
                .endsWith("\ntry 'sluice serve --help'\n")
                .hasLineCount(2);
    }

    /** The directory is not there, which is found out later. */
    @ParameterizedTest
    @CsvSource({
        "--model nonblocking --idle spin",
        "--copy direct --buffer 64k",
        "--copy heap --buffer 64k",
        "--model async-channel --buffer 64k",
        "--reactor workers --loops 2",
        "--model epoll --cold-guard off",
        "--host ::1 --allow-host a"
    })
    void anOptionWithAnEffectIsNot(String options) {
        assertThat(run(("serve /nowhere/at/all " + options).split(" "))).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).isEqualTo("sluice: /nowhere/at/all does not exist\n");
    }

    @Test
    void secondsAreForACalibration() {
        assertThat(run("doctor", "--seconds", "3")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).startsWith("sluice: --seconds has no effect without --calib");
    }

    @ParameterizedTest
    @CsvSource({
        "serve",
        "get",
        "put",
        "copy",
        "precompress",
        "assert",
        "doctor",
        "help",
        "version",
        "lab",
        "load",
        "explain",
        "cost",
        "check",
        "config",
        "init",
        "reload"
    })
    void helpOfACommandIsTheSameBothWaysAndFitsAnOldTerminal(String command) {
        assertThat(run("help", command)).isEqualTo(Exit.OK);
        String page = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run(command, "--help")).isEqualTo(Exit.OK);
        assertThat(out.toString()).isEqualTo(page).startsWith("Usage: sluice " + command + " [");
        assertThat(page.lines()).allMatch(line -> line.length() <= 80);
        assertThat(page).doesNotContain("${").doesNotContain("  \n");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"serve", "get", "put", "copy", "precompress", "doctor"})
    void helpEndsWithExamples(String command) {
        run("help", command);
        String page = out.toString();
        assertThat(page.substring(page.indexOf("\nExamples:\n"))).contains("  sluice " + command);
    }

    @Test
    void theOptionsOfServeAreInGroups() {
        run("help", "serve");
        assertThat(out.toString()
                        .lines()
                        .filter(line -> line.endsWith(":") && line.charAt(0) > ' '))
                .containsExactly(
                        "Options:",
                        "Address:",
                        "TLS:",
                        "Files:",
                        "Tier:",
                        "Uploads:",
                        "Rules:",
                        "Telling:",
                        "Access log:",
                        "Admin:",
                        "Sandbox:",
                        "Limits:",
                        "Clients:",
                        "Machinery:",
                        "Help:",
                        "Examples:");
    }

    @Test
    void helpAloneListsTheCommandsInASentenceEach() {
        assertThat(run("help")).isEqualTo(Exit.OK);
        assertThat(out.toString().lines())
                .allMatch(line -> line.length() <= 80)
                .contains("  copy         Copies a file or a directory tree.")
                .filteredOn(line -> line.equals("Commands:"))
                .hasSize(1);
    }

    @Test
    void theVersionNamesWhatRunsHere() {
        assertThat(run("version")).isEqualTo(Exit.OK);
        assertThat(run("--version")).isEqualTo(Exit.OK);
        assertThat(run("serve", "--version")).isEqualTo(Exit.OK);
        assertThat(out.toString().lines().distinct())
                .singleElement()
                .asString()
                .matches("sluice \\d\\S*, commit \\S+, Java \\d\\S*, "
                        + System.getProperty("os.name") + " \\S+ \\S+");
    }
}
