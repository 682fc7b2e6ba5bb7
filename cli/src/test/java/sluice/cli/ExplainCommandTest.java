package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code sluice explain} and {@code sluice cost}. */
class ExplainCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int sluice(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void aTopicIsDrawn() {
        assertThat(sluice("explain", "sendfile")).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("sendfile(2): the kernel moves the bytes alone");
    }

    @Test
    void theThresholdOfWhatIsSentFromMemoryIsToldWithItsSource() {
        assertThat(sluice("explain", "memory")).isEqualTo(Exit.OK);
        assertThat(out.toString().replaceAll("\\s+", " "))
                .containsPattern("A server that you start here sends files of up to \\d+ bytes from"
                        + " memory by auto, (as measured on|which is built in)");
    }

    @Test
    void wrongUsageIsOneLine() {
        assertThat(sluice("explain", "teleport")).isEqualTo(Exit.USAGE);
        assertThat(sluice("explain", "mmap", "--root=.")).isEqualTo(Exit.USAGE);
        assertThat(sluice("explain", "https://localhost/", "-k", "--cacert=ca.pem"))
                .isEqualTo(Exit.USAGE);
        assertThat(sluice("explain", "mmap", "--insecure")).isEqualTo(Exit.USAGE);
        assertThat(sluice("explain", "http://localhost/", "-H", "a: b\r\nc: d"))
                .isEqualTo(Exit.USAGE);

        assertThat(err.toString())
                .contains("there is no topic teleport; there are sendfile")
                .contains("--cacert and --insecure are for a URL, not for a topic")
                .contains("--cacert has no effect with --insecure")
                .contains("is no 'Name: value'");
    }

    @Test
    void resultsThatAreNoneAreAnErrorThatNamesTheFile() throws Exception {
        Path file = Files.writeString(directory.resolve("results.json"), "{}");

        assertThat(sluice("explain", "sendfile", "--results=" + directory)).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains(file + " is no result of sluice lab: ");
    }

    @Test
    void aServerThatIsNotThereIsAnError() {
        assertThat(sluice("explain", "http://127.0.0.1:1/")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("http://127.0.0.1:1/ gives no answer: ");
    }

    @Test
    void costsOfALogAreToldAsTextAndAsJson() throws Exception {
        Path log = Files.writeString(directory.resolve("log"), """
            {"target":"/a","status":200,"bytes":7,"cpu_us":5.5,"path":"memory"}
            """);
        Path json = directory.resolve("json");

        assertThat(sluice("cost", log.toString(), "--json", json.toString())).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains(log + ": 1 answer,", "/a");
        assertThat(json).content().contains("\"answers\" : 1");
    }

    @Test
    void aLogWithoutAnswersIsAFailure() throws Exception {
        Path log = Files.writeString(directory.resolve("log"), "127.0.0.1 - - GET\n");

        assertThat(sluice("cost", log.toString())).isEqualTo(Exit.FAILED);
        assertThat(sluice("cost", directory + "/none")).isEqualTo(Exit.FAILED);
        assertThat(out.toString()).contains("1 line could not be read");
        assertThat(err.toString()).contains("none does not exist");
    }
}
