package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.Jobs;
import sluice.lab.Settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server's own count of its system calls is taken only where it makes them itself. */
class SelfCountTest {
    @TempDir
    private Path directory;

    private String refusal(String cell) throws IOException {
        Path job = Files.writeString(
                directory.resolve("mine.toml"), "question = \"Which?\"\n[cell]\n" + cell);
        Settings settings = Jobs.in(job).getFirst().cells(false).getFirst().settings();
        return String.valueOf(SelfCount.refusal(settings));
    }

    @Test
    void modelsThatCallTheKernelThemselvesCountAllTheirCalls() throws Exception {
        assertThat(refusal("model = \"epoll\"")).isEqualTo("null");
        assertThat(refusal("model = \"blocking\"\ncopy = \"sendfile\"")).isEqualTo("null");
        assertThat(refusal("engine = \"none\"\nmodel = \"poll\"")).isEqualTo("null");
    }

    @Test
    void callsOfTheJdkAndOfOtherServersAreInNoCountOfSluice() throws Exception {
        assertThat(refusal("model = \"selector\"")).endsWith("those of model selector");
        assertThat(refusal("model = \"posix-aio\"")).endsWith("those of model posix-aio");
        assertThat(refusal("model = \"blocking\"\ncopy = \"transfer-to\""))
                .endsWith("those of copy path transfer-to");
        assertThat(refusal("engine = \"nginx\"")).isEqualTo("only Sluice counts its own");
    }
}
