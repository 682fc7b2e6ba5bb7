package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.lab.LabResults;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Which run of the lab is taken if nobody names one. */
class StoredRunTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @BeforeEach
    void store() throws IOException {
        store("sluice-lab-20260101-000000", run("first"));
        store("sluice-lab-20260102-000000", run("second"));
        store("other-20260103-000000", run("other"));
    }

    private void store(String name, String text) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        Files.writeString(directory.resolve("results.json"), text);
    }

    private static String run(String version) {
        return "{\"schema\":1,\"sluice\":\"" + version + "\",\"started\":\"2026-01-01T00:00:00Z\","
                + "\"seconds\":1,\"complete\":true,\"settings\":null,\"environment\":null,"
                + "\"peers\":[],\"jobs\":[],\"buffers\":null,\"traffic\":[]}";
    }

    private String newest(Predicate<LabResults> wanted) throws IOException {
        @Nullable StoredRun run = StoredRun.newest(folder, wanted, new PrintWriter(err, true));
        return run == null ? "none" : run.results().sluice();
    }

    @Test
    void theNewestThatHasWhatIsWantedIsTaken() throws Exception {
        assertThat(newest(run -> true)).isEqualTo("second");
        assertThat(newest(run -> run.sluice().equals("first"))).isEqualTo("first");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void ifNoneHasItTheNewestIsTaken() throws Exception {
        assertThat(newest(run -> false)).isEqualTo("second");
    }

    @Test
    void oneThatCannotBeReadIsNamedAndPassedOver() throws Exception {
        store("sluice-lab-20260103-000000", "no JSON");
        Files.createDirectories(folder.resolve("sluice-lab-20260104-000000/results.json"));

        assertThat(newest(run -> true)).isEqualTo("second");
        assertThat(err.toString().lines()).hasSize(2);
        assertThat(err.toString())
                .contains("sluice-lab-20260103-000000", "is no result of sluice lab", "0104-");
    }

    @Test
    void withoutAnyThereIsNone(@TempDir Path empty) throws Exception {
        assertThat(StoredRun.newest(empty, run -> true, new PrintWriter(err, true)))
                .isNull();
    }
}
