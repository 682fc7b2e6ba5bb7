package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.testing.XorLayer;
import sluice.server.testing.Await;
import sluice.server.testing.RawClient;
import sluice.server.testing.ReceivedResponse;
import sluice.server.testing.Setup;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Path;

/** What a server under a layer says of itself; that its bytes are right is for the other suites. */
class LayeredServerTest {
    private static final String GUARDED =
            Setup.PLAIN.cell().asksBeforeSending() ? "cold=guarded" : "cold=waits";

    @TempDir
    Path root;

    private static Setup layered(CopyMode copy) {
        Model model = Model.best();
        return new Setup(new Cell(model, copy), Reactor.SINGLE, XorLayer.over(model));
    }

    @Test
    void itTellsTheWayThatBytesReallyGoWhereNoneWasAskedFor() throws Exception {
        Tree.plant(root);
        Setup setup = layered(CopyMode.AUTO);
        ServedFiles explained = ServedFiles.in(root).withExplain(true);
        try (FileServer server = setup.start(setup.serving(root).files(explained))) {
            ReceivedResponse response = RawClient.get(server, "/large.bin");

            assertThat(response.body()).isEqualTo(Tree.LARGE);
            assertThat(response.field("Sluice-Path"))
                    .isEqualTo("copy=direct, model=" + Model.best().label() + ", " + GUARDED
                            + ", kernel=0, user=" + Tree.LARGE.length);
            long size = Tree.LARGE.length;
            Await.equal("bytes copied", () -> server.count(Counter.BYTES_COPIED), size);
            assertThat(server.count(Counter.BYTES_FROM_FILES)).isEqualTo(size);
            assertThat(server.description()).contains(", copy direct, layer xor, ");
        }
    }

    @Test
    void itIsRefusedWithTheReasonWhereTheLayerCannotLieOverTheCopyPath() throws IOException {
        CopyMode plain = Setup.PLAIN.cell().effectiveCopy();
        Setup setup = layered(plain);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setup.start(setup.serving(root)))
                .withMessage("copy path " + plain.label() + " sends bytes as they are in the file,"
                        + " and layer xor changes them; use --copy auto, direct or heap");
    }
}
