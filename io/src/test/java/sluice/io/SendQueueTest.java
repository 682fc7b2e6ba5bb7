package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

class SendQueueTest {
    private final Arena arena = Arena.ofConfined();
    private final SendQueue queue = new SendQueue(new Block(arena));
    private final List<String> released = new ArrayList<>();

    @AfterEach
    void free() {
        arena.close();
    }

    private FileSource source(String name) {
        return new FileSource() {
            @Override
            public OpenFile file() {
                throw new IllegalStateException("not read here");
            }

            @Override
            public boolean unchanged() {
                return true;
            }

            @Override
            public boolean retain() {
                return true;
            }

            @Override
            public void release() {
                released.add(name);
            }
        };
    }

    @Test
    void bytesWrittenOneAfterTheOtherAreOneChunk() {
        queue.wrote(10);
        queue.wrote(5);
        assertThat(queue.head().remaining()).isEqualTo(15);
        assertThat(queue.hasMore()).isFalse();
        assertThat(queue.position()).isEqualTo(15);
        assertThat(queue.room()).isEqualTo(Block.SIZE - 15);
    }

    @Test
    void chunksLeaveInTheOrderTheyCame() {
        queue.wrote(10);
        queue.add(source("a"), 100, 50);
        queue.wrote(3);
        assertThat(queue.head().remaining()).isEqualTo(10);
        assertThat(queue.hasMore()).isTrue();
        assertThat(queue.advance(4)).isNull();
        assertThat(queue.head().remaining()).isEqualTo(6);
        assertThat(queue.advance(6)).isNull();
        assertThat(queue.head().remaining()).isEqualTo(50);
        assertThat(queue.advance(49)).isNull();
        assertThat(((FileChunk) queue.head()).offset()).isEqualTo(149);
        FileSource left = queue.advance(1);
        assertThat(left).isNotNull();
        assertThat(queue.head().remaining()).isEqualTo(3);
        assertThat(queue.advance(3)).isNull();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.room()).isEqualTo(Block.SIZE);
        assertThat(released).isEmpty();
    }

    @Test
    void whatIsEmptyIsNoChunk() {
        queue.wrote(0);
        queue.add(source("empty"), 100, 0);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(released).containsExactly("empty");
    }

    @Test
    void aFullQueueSaysSoAndTakesMoreWhenItHasBeenEmptied() {
        int regions = 0;
        while (queue.takesRegion()) {
            queue.wrote(1);
            queue.add(source("x"), 0, 1);
            regions++;
        }
        assertThat(regions).isEqualTo(SendQueue.CHUNKS_MAX / 2);
        assertThat(queue.room()).isZero();
        while (!queue.isEmpty()) {
            queue.advance(1);
        }
        assertThat(queue.takesRegion()).isTrue();
        assertThat(queue.room()).isEqualTo(Block.SIZE);
    }

    @Test
    void clearingReleasesWhatHasNotLeft() {
        queue.add(source("left"), 0, 10);
        queue.add(source("begun"), 0, 10);
        queue.add(source("waiting"), 0, 10);
        queue.advance(10);
        queue.advance(5);
        queue.clear();
        assertThat(released).containsExactly("begun", "waiting");
        assertThat(queue.isEmpty()).isTrue();
    }
}
