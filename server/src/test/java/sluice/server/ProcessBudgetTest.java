package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.TlsProvider;

/** What a server takes of what its process may have. */
final class ProcessBudgetTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long NONE = ProcessFacts.NONE;
    private static final ProcessFacts LARGE =
            new ProcessFacts(24 * GIB, 6 * GIB, NONE, 20_000, 100, 90_000);
    private static final Machinery TWO_LOOPS = Machinery.defaults()
            .withCell(new Cell(Model.SELECTOR, CopyMode.AUTO))
            .withLoops(2);

    private static ProcessBudget of(ProcessFacts facts) {
        return ProcessBudget.of(facts, TWO_LOOPS, Limits.defaults(), MemoryPlan.defaults());
    }

    private static ProcessBudget under(Model model, ProcessFacts facts) {
        return ProcessBudget.of(
                facts, TWO_LOOPS.withModel(model), Limits.defaults(), MemoryPlan.defaults());
    }

    private static ProcessFacts withDescriptors(long limit, long open) {
        return new ProcessFacts(24 * GIB, 6 * GIB, NONE, limit, open, NONE);
    }

    /** A container of so many MiB, of which the heap takes its part. */
    private static ProcessFacts container(long mib, long heap) {
        return new ProcessFacts(mib * MIB, heap * MIB, NONE, 20_000, 100, NONE);
    }

    @Test
    void aLargeMachineGivesAllThatAServerNeeds() {
        assertThat(of(LARGE))
                .isEqualTo(new ProcessBudget(
                        15_548,
                        Limits.BUFFERS_PER_LOOP,
                        new CacheLimits(64 * MIB, 16_384, 2_048),
                        256,
                        6 * GIB / 8,
                        Machinery.LOOPS_MAX));
    }

    /** 40 MiB are left beside the heap and what the JVM takes. */
    @Test
    void aSmallContainerIsDividedByTheseShares() {
        assertThat(of(container(128, 32)))
                .isEqualTo(new ProcessBudget(
                        5_461, 160, new CacheLimits(8 * MIB, 4_096, 2_048), 80, 4 * MIB, 5));
    }

    /** Libssl takes its memory beside the heap, the JDK from it. */
    @Test
    void encryptedConnectionsAreFewer() {
        assertThat(encrypted(TlsProvider.OPENSSL)).isEqualTo(682);
        assertThat(encrypted(TlsProvider.JDK)).isEqualTo(963);
        assertThat(encrypted(null)).isEqualTo(5_461);
    }

    private static int encrypted(@Nullable TlsProvider tls) {
        return ProcessBudget.of(
                        container(128, 32),
                        TWO_LOOPS,
                        Limits.defaults(),
                        MemoryPlan.defaults(),
                        tls)
                .connections();
    }

    @Test
    void connectionsWithAThreadAndTwoDescriptorsEachAreFewer() {
        assertThat(under(Model.POSIX_AIO, container(512, 124)).connections()).isEqualTo(664);
        assertThat(under(Model.POSIX_AIO, withDescriptors(1_024, 24)).connections())
                .isEqualTo(247);
    }

    @Test
    void anEighthOfTheDescriptorsIsForFilesTwiceAndFourForEachUpload() {
        ProcessBudget budget = of(withDescriptors(1_024, 24));
        assertThat(budget.cache().openFiles()).isEqualTo(125);
        assertThat(budget.connections()).isEqualTo(1_000 - 250 - 256);
        assertThat(budget.uploads()).isEqualTo(15);
        assertThat(budget.withOpenFiles(40).uploads()).isEqualTo(5);
        assertThat(of(withDescriptors(300, 0)).connections()).isEqualTo(300 - 74 - 100);
    }

    @ParameterizedTest
    @CsvSource({"64,16", "96,24", "128,32", "256,64", "512,124", "1024,256"})
    void theWholeSumFollowsTheContainer(long mib, long heap) {
        ProcessBudget budget = of(container(mib, heap));

        assertThat(budget.cache().bodies()
                        + budget.listings()
                        + 1_024L * budget.cache().entries())
                .as("bytes of the heap")
                .isLessThanOrEqualTo(heap * MIB / 2);
        long loops = Math.min(2, budget.loopsMax());
        long blocks = 2 * loops * budget.buffersPerLoop() * Block.SIZE;
        long uploads = (64L << 10) * budget.uploads();
        long left = Math.max(4 * MIB, (mib - heap) * MIB - ProcessBudget.JVM);
        assertThat(blocks + uploads).as("bytes off the heap").isLessThanOrEqualTo(left);
    }

    @ParameterizedTest
    @EnumSource(Model.class)
    void whatAConnectionHoldsLimitsTheirNumber(Model model) {
        ProcessBudget small = under(model, container(128, 32));

        assertThat(small.connections()).isBetween(1, 11_000);
        assertThat(small.connections()).isLessThanOrEqualTo(under(model, LARGE).connections());
    }

    @Test
    void aThreadPerConnectionNeedsThreads() {
        ProcessFacts few = new ProcessFacts(24 * GIB, 6 * GIB, NONE, 20_000, 100, 100);

        assertThat(under(Model.BLOCKING, few).connections()).isEqualTo(52);
        assertThat(under(Model.SELECTOR, few).connections()).isGreaterThan(10_000);
        assertThat(of(few).loopsMax()).isEqualTo(52);
    }

    /** The numbers are those of docs/supported-http.md. */
    @Test
    void howeverMuchThereIsUploadsAreFew() {
        ProcessFacts huge = withDescriptors(1 << 20, 100);

        assertThat(under(Model.EPOLL, huge).uploads()).isEqualTo(256);
        assertThat(under(Model.EPOLL, huge).withOpenFiles(1_000_000).uploads()).isEqualTo(256);
        assertThat(under(Model.SELECT, huge).withOpenFiles(1_000).uploads()).isEqualTo(32);
    }

    @Test
    void whatIsLeftOfTheAddressSpaceCountsToo() {
        ProcessFacts tight = new ProcessFacts(24 * GIB, 6 * GIB, 16 * MIB, 20_000, 100, NONE);

        assertThat(of(tight).buffersPerLoop()).isEqualTo(64);
        assertThat(of(tight).uploads()).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 64, 256, 1_024, 4_096, 20_000, 1 << 20, Long.MAX_VALUE})
    void allTogetherHaveNoMoreDescriptorsThanThereAre(long limit) {
        ProcessBudget budget = of(withDescriptors(limit, 0));

        assertThat(budget.connections()).isPositive();
        assertThat(budget.cache().openFiles()).isPositive();
        assertThat(budget.connections() + 2L * budget.cache().openFiles()).isLessThan(limit);
    }

    @ParameterizedTest
    @ValueSource(longs = {32, 60, 500, 900})
    void whatIsOpenAlreadyIsNotSharedOut(long open) {
        ProcessBudget budget = of(withDescriptors(1_024, open));

        assertThat(budget.connections()).isPositive();
        assertThat(open + budget.connections() + 2L * budget.cache().openFiles())
                .isLessThan(1_024);
    }

    @Test
    void aProcessThatHasUsedUpItsDescriptorsStillTakesOneConnection() {
        ProcessBudget budget = of(withDescriptors(80, 90));

        assertThat(budget.connections()).isEqualTo(1);
        assertThat(budget.cache().openFiles()).isEqualTo(1);
    }

    @Test
    void tenThousandClientsFitIntoTwentyThousandDescriptors() {
        assertThat(of(withDescriptors(20_000, 100)).connections()).isGreaterThan(10_000);
    }

    @Test
    void thereIsNeverMoreThanWasAskedFor() {
        Limits wanted = Limits.defaults().withConnections(100).withBuffersPerLoop(3);
        ProcessBudget budget = ProcessBudget.of(LARGE, TWO_LOOPS, wanted, MemoryPlan.defaults());

        assertThat(budget.within(wanted)).isEqualTo(wanted);
    }

    @Test
    void theUserCanPlanWithLessMemoryAndAnotherCache() {
        MemoryPlan plan = MemoryPlan.defaults().withTotal(6 * GIB + 300 * MIB).withCache(5 * MIB);
        ProcessBudget budget = ProcessBudget.of(LARGE, TWO_LOOPS, Limits.defaults(), plan);

        assertThat(budget.cache().bodies()).isEqualTo(5 * MIB);
        assertThat(budget.buffersPerLoop()).isLessThan(Limits.BUFFERS_PER_LOOP);
        assertThatThrownBy(() -> MemoryPlan.defaults().withTotal(1))
                .hasMessage("memory must be at least 67108864 bytes, which the JVM alone takes,"
                        + " not 1");
        assertThatThrownBy(() -> MemoryPlan.defaults().withCache(1L << 60))
                .hasMessageContaining("cache must be between 0 and ");
    }

    @Test
    void moreLoopsThanTheProcessCanHaveAreRefusedWithTheBound() {
        ProcessBudget budget = of(container(128, 32));

        assertThat(budget.within(TWO_LOOPS.withLoops(1)).loopCount()).isEqualTo(1);
        assertThat(budget.within(TWO_LOOPS.withLoops(5)).loopCount()).isEqualTo(5);
        assertThatThrownBy(() -> budget.within(TWO_LOOPS.withLoops(1_000)))
                .hasMessage("loops must be at most 5 here, not 1000: memory and threads of this"
                        + " process allow no more (sluice doctor)");
    }

    @Test
    void whereNobodyAskedForLoopsThereAreAsManyAsFit() {
        ProcessBudget budget = of(container(64, 16));

        assertThat(budget.within(Machinery.defaults()).loopCount()).isOne();
    }
}
