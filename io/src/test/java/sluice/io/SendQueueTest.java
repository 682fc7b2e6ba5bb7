package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

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
        assertThat(queue.hasMore()).isFalse();
        assertThat(queue.advance(3)).isNull();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.room()).isEqualTo(Block.SIZE);
        assertThat(released).isEmpty();
    }

    @Test
    void whatHasLeftIsNotReleasedAgainWhenTheRestIsDropped() {
        queue.add(source("a"), 0, 1);
        queue.add(source("b"), 0, 1);
        queue.advance(1);
        queue.advance(1);
        queue.wrote(3);
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
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
    void aRegionIsTakenOnlyWithRoomForMemoryBeforeIt() {
        for (int i = 0; i < SendQueue.CHUNKS_MAX - 1; i++) {
            assertThat(queue.takesRegion()).isTrue();
            queue.add(source("x"), 0, 1);
        }
        assertThat(queue.takesRegion()).isFalse();
        assertThat(queue.room()).isEqualTo(Block.SIZE);
    }

    @Test
    void whatIsLentGrowsNoMore() {
        queue.wrote(10);
        assertThat(queue.lend().remaining()).isEqualTo(10);
        queue.wrote(5);
        queue.wrote(2);
        assertThat(queue.head().remaining()).isEqualTo(10);
        queue.advance(10);
        assertThat(queue.head().remaining()).isEqualTo(7);
    }

    @Test
    void whatIsUnsentMovesToAnotherQueueInOrder() {
        SendQueue other = new SendQueue(new Block(arena));
        other.wrote(1);
        queue.wrote(10);
        queue.add(source("a"), 100, 50);
        queue.wrote(3);
        queue.advance(4);
        assertThat(queue.remaining()).isEqualTo(59);
        queue.moveTo(other);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(other.remaining()).isEqualTo(60);
        other.advance(7);
        assertThat(((FileChunk) other.head()).offset()).isEqualTo(100);
        assertThat(other.advance(50)).isNotNull();
        assertThat(other.head().remaining()).isEqualTo(3);
        assertThat(released).as("the other queue has the use of the source").isEmpty();
    }

    @Test
    void whatAnotherQueueHasNoRoomForStays() {
        SendQueue other = new SendQueue(new Block(arena));
        other.wrote(Block.SIZE - 4);
        queue.wrote(10);
        queue.moveTo(other);
        assertThat(queue.remaining()).isEqualTo(6);
        SendQueue full = new SendQueue(new Block(arena));
        while (full.takesRegion()) {
            full.add(source("x"), 0, 1);
        }
        queue.advance(6);
        queue.add(source("a"), 0, 8);
        queue.moveTo(full);
        assertThat(queue.remaining()).isEqualTo(8);
    }

    @Test
    void aRegionThatHasLeftHoldsNoFile() {
        queue.add(source("left"), 0, 10);
        queue.add(source("dropped"), 0, 10);
        FileChunk left = (FileChunk) queue.head();
        queue.advance(10);
        FileChunk dropped = (FileChunk) queue.head();
        queue.clear();
        assertThatNullPointerException().isThrownBy(left::source);
        assertThatNullPointerException().isThrownBy(dropped::source);
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
