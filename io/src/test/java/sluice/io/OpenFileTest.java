package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

class OpenFileTest {
    private static final int SIZE = 5 * Block.SIZE + 1;

    @TempDir
    Path directory;

    private final AtomicLong taken = new AtomicLong();

    private OpenFile open() throws IOException {
        Path path = Files.write(directory.resolve("a"), new byte[SIZE]);
        return new ChannelFile(FileChannel.open(path));
    }

    @Test
    void allOfAFileIsReadPieceByPiece() throws IOException {
        OpenFile file = open();
        try {
            assertThat(file.readTo(SIZE, piece -> taken.addAndGet(piece.remaining())))
                    .isTrue();
            assertThat(taken).hasValue(SIZE);
            assertThat(file.readTo(SIZE + 1, _ -> {})).isFalse();
        } finally {
            file.close();
        }
    }

    @Test
    void aReaderThatIsInterruptedReadsNoFurther() throws IOException {
        OpenFile file = open();
        try {
            boolean whole = file.readTo(SIZE, piece -> {
                taken.addAndGet(piece.remaining());
                Thread.currentThread().interrupt();
            });
            assertThat(whole).isFalse();
            assertThat(taken).hasValue(Block.SIZE);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
            file.close();
        }
    }
}
