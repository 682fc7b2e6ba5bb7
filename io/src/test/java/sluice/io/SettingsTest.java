package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** What the records of settings refuse, and when: as soon as they are told. */
class SettingsTest {
    private static final Limits LIMITS = Limits.defaults();
    private static final Machinery MACHINERY = Machinery.defaults();

    private static void assertRefused(ThrowingCallable telling, String line) {
        assertThatThrownBy(telling).isInstanceOf(IllegalArgumentException.class).hasMessage(line);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, Limits.CONNECTIONS_MAX + 1})
    void aServerHasOneConnectionAtLeastAndNoMoreThanAProcessMayHave(int count) {
        assertRefused(
                () -> LIMITS.withConnections(count),
                "connections must be between 1 and 1048576, not " + count);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Limits.BUFFERS_PER_LOOP_MAX + 1})
    void aLoopHasABufferAtLeast(int count) {
        assertRefused(
                () -> LIMITS.withBuffersPerLoop(count),
                "buffersPerLoop must be between 1 and 1048576, not " + count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0S", "PT4611686018.5S"})
    void aWaitIsLongerThanNothingAndItsEndCanBeCounted(Duration time) {
        String words = " must be more than 0 s and at most 4611686018 s, not " + time;
        assertRefused(() -> LIMITS.withStall(time), "stall" + words);
        assertRefused(() -> LIMITS.withLinger(time), "linger" + words);
    }

    @Test
    void whatTheBoundsTakeInIsTaken() {
        assertThatCode(() -> new Limits(1, 1, Duration.ofNanos(1), Limits.TIME_MAX))
                .doesNotThrowAnyException();
        assertThatCode(() -> new Limits(
                        Limits.CONNECTIONS_MAX,
                        Limits.BUFFERS_PER_LOOP_MAX,
                        Limits.TIME_MAX,
                        Duration.ofNanos(1)))
                .doesNotThrowAnyException();
        assertThat(MACHINERY.withLoops(1).loopCount()).isOne();
        assertThat(MACHINERY.withLoops(Machinery.LOOPS_MAX).loopCount()).isEqualTo(1_024);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_025, 100_000})
    void thereIsALoopAtLeastAndNotMoreThanAnyMachineCouldRun(int count) {
        assertRefused(
                () -> MACHINERY.withLoops(count), "loops must be between 1 and 1024, not " + count);
    }

    @ParameterizedTest
    @EnumSource
    void whoeverSaysNothingOfLoopsHasWhatSuitsTheReactor(Reactor reactor) {
        assertThat(MACHINERY.withReactor(reactor).loopCount()).isEqualTo(reactor.defaultLoops());
        assertThat(MACHINERY.withLoops(3).withReactor(reactor).loopCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, CopyOptions.BUFFER_MIN - 1, CopyOptions.BUFFER_MAX + 1})
    void aBufferIsAPageAtLeastAndNoLargerThanASocketsOwn(int bytes) {
        assertRefused(
                () -> CopyOptions.defaults().withBuffer(bytes),
                "buffer must be between 4096 and 16777216, not " + bytes);
    }

    @Test
    void aRecordThatIsToldOneThingMoreKeepsTheOthers() {
        Machinery told = MACHINERY
                .withCopy(CopyMode.DIRECT)
                .withModel(Model.SELECTOR)
                .withReactor(Reactor.SINGLE)
                .withLoops(2)
                .withIdle(IdlePolicy.SPIN)
                .withCopying(CopyOptions.defaults().withColdGuard(false).withBuffer(8_192));
        assertThat(told.cell()).isEqualTo(new Cell(Model.SELECTOR, CopyMode.DIRECT));
        assertThat(told.reactor()).isEqualTo(Reactor.SINGLE);
        assertThat(told.loopCount()).isEqualTo(2);
        assertThat(told.idle()).isEqualTo(IdlePolicy.SPIN);
        assertThat(told.copying()).isEqualTo(new CopyOptions(8_192, false));
        Duration minute = Duration.ofMinutes(1);
        Duration hour = Duration.ofHours(1);
        assertThat(LIMITS.withConnections(1)
                        .withBuffersPerLoop(2)
                        .withStall(minute)
                        .withLinger(hour))
                .isEqualTo(new Limits(1, 2, minute, hour));
    }
}
