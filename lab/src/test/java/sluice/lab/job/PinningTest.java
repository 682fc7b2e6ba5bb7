package sluice.lab.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.lab.measure.Processors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Server and clients get cores of their own among those that the lab may use. */
class PinningTest {
    /** Of these processors, with these threads in cores. */
    private static Pinning pinning(String allowed, String... cores) {
        Map<Integer, List<Integer>> siblings = new HashMap<>();
        for (String core : cores) {
            List<Integer> threads = Processors.numbers(core);
            threads.forEach(thread -> siblings.put(thread, threads));
        }
        return Pinning.of(Processors.of(Processors.numbers(allowed), siblings));
    }

    @Test
    void aSingleProcessorIsNotPinned() {
        assertThat(pinning("0", "0").words()).isEqualTo("not pinned");
        assertThat(pinning("3", "2-3").prefix()).isEmpty();
    }

    @Test
    void twoCoresAreOneForEach() {
        assertThat(pinning("0-1", "0", "1").words()).isEqualTo("server on CPUs 0, clients on 1");
    }

    @Test
    void theThreadsOfACoreStayTogetherHoweverTheyAreNumbered() {
        assertThat(pinning("0-3", "0,2", "1,3").words())
                .isEqualTo("server on CPUs 0,2, clients on 1,3");
        assertThat(pinning("0-3", "0-1", "2-3").words())
                .isEqualTo("server on CPUs 0-1, clients on 2-3");
    }

    @Test
    void onlyProcessorsThatTheLabMayUseAreTaken() {
        Pinning pinning = pinning("4-7");

        assertThat(pinning.prefix()).containsExactly("taskset", "-c", "4-5");
        assertThat(pinning.clients()).containsExactly(6, 7);
        assertThat(pinning("1,3,9", "0-1", "2-3", "8-9").words())
                .isEqualTo("server on CPUs 1, clients on 3,9");
    }

    @Test
    void ofAnOddNumberTheClientsGetOneMore() {
        assertThat(pinning("0-4").words()).isEqualTo("server on CPUs 0-1, clients on 2-4");
    }

    @Test
    void twoThreadsOfOneCoreAreToldToShareIt() {
        Pinning pinning = pinning("0-1", "0-1");

        assertThat(pinning.sharesCore()).isTrue();
        assertThat(pinning.words()).isEqualTo("server on CPUs 0, clients on 1, of one core");
    }

    @Test
    void threadsPerCoreCountThoseThatTheLabMayNotUse() {
        Processors one = Processors.of(List.of(1), Map.of(1, List.of(0, 1)));

        assertThat(one.threadsPerCore()).isEqualTo(2);
        assertThat(one.count()).isEqualTo(1);
        assertThat(Processors.read().count()).isPositive();
    }
}
