package sluice.lab.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Each other server has a file that says how it is started, and its versions are pinned. */
class PeerTest {
    @ParameterizedTest
    @FieldSource("sluice.lab.Settings#PEERS")
    void eachPeerHasAFileThatTellsItsSettings(String name) throws Exception {
        PeerForm form = PeerForm.of(name);

        assertThat(form.words()).isNotEmpty();
        if (form.artifacts() == null) {
            assertThat(String.join(" ", form.words()) + form.settings())
                    .contains("{port}", "{root}");
        } else {
            assertThat(form.artifacts())
                    .allMatch(artifact ->
                            artifact.matches("[\\w.-]+:[\\w.-]+:\\d[\\w.-]+(:linux-x86_64)?"));
            assertThat(form.settings()).containsKey(form.main() + ".java");
        }
    }

    @Test
    void theServerOfTheJdkIsReadyToStart(@TempDir Path folder) throws Exception {
        Peer peer = Peer.prepare(
                "jwebserver",
                new Peer.Place(folder, 4_711, 1, folder, List.of("-XX:+UseSerialGC")));

        assertThat(peer.command())
                .contains("-XX:+UseSerialGC", "jdk.httpserver", "4711", folder.toString());
        assertThat(peer.used().version()).contains(Runtime.version().toString());
        assertThat(peer.used().command()).contains("{port}");
    }

    @Test
    void aLineForRootIsForRootOnlyAndNamesInBracesAreFilled() {
        boolean isRoot = "root".equals(System.getProperty("user.name"));

        String text = new Words(Map.of("port", "80"), List.of())
                .text("{as-root}user root;\nlisten {port};\n");

        assertThat(text).isEqualTo(isRoot ? "user root;\nlisten 80;\n" : "listen 80;\n");
    }

    @Test
    void whatAProgramSaysWrongIsTheReason(@TempDir Path folder) throws Exception {
        assertThat(Programs.find("no-such-program")).isEmpty();
        Path output = folder.resolve("output");
        assertThat(Programs.run(List.of("echo", "2.3"), output, 60)).isEqualTo("2.3");
        assertThat(Files.readString(output)).isEqualTo("2.3\n");
        assertThat(catchThrowable(() -> Programs.run(
                        List.of("sh", "-c", "echo '[ERROR] no such jar'; echo more; exit 1"),
                        output,
                        60)))
                .hasMessage("[ERROR] no such jar");
    }
}
