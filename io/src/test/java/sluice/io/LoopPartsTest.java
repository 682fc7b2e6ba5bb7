package sluice.io;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.channels.SocketChannel;

class LoopPartsTest {
    @Test
    void aCellThatCannotRunIsRefusedWithItsReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoopParts.of(new Cell(Model.SELECTOR, CopyMode.SPLICE)))
                .withMessageContaining("copy path splice needs raw descriptors");
    }

    @Test
    void aCellHasSocketsOfOneKind() throws IOException {
        LoopParts parts = LoopParts.of(new Cell(Model.SELECTOR, CopyMode.AUTO));
        assertThatIllegalStateException()
                .isThrownBy(() -> parts.socket(0))
                .withMessage("the sockets of model selector with copy path auto are not raw"
                        + " descriptors");
        try (SocketChannel channel = SocketChannel.open()) {
            parts.socket(channel).close();
        }
    }
}
