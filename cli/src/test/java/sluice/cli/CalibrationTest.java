package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sluice.server.ServedFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How auto's threshold is found, kept, and believed. */
final class CalibrationTest {
    private static final int[] SIZES = {1_000, 2_000, 3_000, 4_000};
    private static final Machine HERE = new Machine("Linux 6.18", "amd64 Some Processor");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final LongSupplier STOPPED = () -> 0;

    /** Nine rounds, in which what memory saves is as told, give or take the spread. */
    private static Crossover.Row row(int size, double memory, double file, double spread) {
        List<Double> memories = new ArrayList<>();
        List<Double> files = new ArrayList<>();
        for (int round = 0; round < 9; round++) {
            // Rounds differ much, all of each alike: that must not matter.
            memories.add(memory + 100 * round);
            files.add(file + 100 * round + spread * (round % 3 - 1));
        }
        return Crossover.Row.of(size, memories, files);
    }

    @Test
    void memoryIsTakenAsLongAsItCostsLess() {
        List<Crossover.Row> rows =
                List.of(row(1_000, 5, 9, 1), row(2_000, 6, 9, 1), row(3_000, 12, 9, 1));
        assertThat(Crossover.memoryUpTo(rows, 3_000)).isEqualTo(2_000);
        assertThat(Crossover.memoryUpTo(rows, 1_000)).isEqualTo(2_000);
        assertThat(Crossover.memoryUpTo(rows.subList(0, 2), 1_000)).isEqualTo(2_000);
    }

    @Test
    void whatMayBeChanceLeavesWhatIsBuiltIn() {
        List<Crossover.Row> rows = List.of(
                row(1_000, 8, 9, 2),
                row(2_000, 10, 9, 2),
                row(3_000, 8, 9, 2),
                row(4_000, 8, 9, 2));
        assertThat(Crossover.memoryUpTo(rows, 3_000)).isEqualTo(3_000);
        assertThat(Crossover.memoryUpTo(rows, 500)).isZero();
    }

    @Test
    void aLaterWinAfterALossDoesNotCount() {
        List<Crossover.Row> rows =
                List.of(row(1_000, 5, 9, 1), row(2_000, 20, 9, 1), row(3_000, 5, 9, 1));
        assertThat(Crossover.memoryUpTo(rows, 3_000)).isEqualTo(1_000);
    }

    @Test
    void eachRoundMeasuresEverySizeBothWaysAndTheMedianIsTaken() {
        List<String> asked = new ArrayList<>();
        Crossover.Measure measure = (memory, size) -> {
            asked.add((memory ? "m" : "f") + size);
            // One disturbance in a few must not count.
            boolean disturbed = asked.size() % 24 == 1;
            return disturbed ? 1e6 : memory ? size : 2_500;
        };
        List<Crossover.Row> rows = Crossover.measure(SIZES, measure, STOPPED, 1);
        assertThat(asked).hasSize(Crossover.ROUNDS_MAX * SIZES.length * 2);
        assertThat(asked.subList(0, 4)).containsExactly("m1000", "f1000", "m2000", "f2000");
        assertThat(asked.subList(8, 10)).containsExactly("f1000", "m1000");
        assertThat(Crossover.memoryUpTo(rows, 4_000)).isEqualTo(2_000);
    }

    @Test
    void timeEndsItButNotBeforeThereAreQuartiles() {
        AtomicLong clock = new AtomicLong();
        AtomicLong calls = new AtomicLong();
        Crossover.Measure measure = (_, _) -> {
            clock.addAndGet(1);
            return calls.incrementAndGet();
        };
        int perRound = SIZES.length * 2;
        Crossover.measure(SIZES, measure, clock::get, 0);
        assertThat(calls.get()).isEqualTo((long) Crossover.ROUNDS_MIN * perRound);
        calls.set(0);
        Crossover.measure(SIZES, measure, clock::get, 6L * perRound);
        assertThat(calls.get()).isEqualTo(6L * perRound);
    }

    @Test
    void whatIsKeptIsTextAndIsFoundAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("not/there/yet/calibration");
        new Calibration(HERE, DAY, 12_288).store(file);
        assertThat(file).hasContent("""
            sluice calibration 1
            kernel: Linux 6.18
            processor: amd64 Some Processor
            measured: 2026-11-22
            memory-up-to: 12288
            """);
        Calibration.Choice choice = Calibration.choose(file, HERE);
        assertThat(choice.memoryUpTo()).isEqualTo(12_288);
        assertThat(choice.words()).contains("12288", "2026-11-22");
        assertThat(choice.told(file))
                .contains("12288 bytes from memory by auto, as measured on 2026-11-22 (" + file);
        new Calibration(HERE, DAY, 0).store(file);
        assertThat(Calibration.choose(file, HERE).memoryUpTo()).isZero();
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void withoutOneWhatIsBuiltInIsTakenWithoutAWord(@TempDir Path folder) {
        Calibration.Choice choice = Calibration.choose(folder.resolve("none"), HERE);
        assertThat(choice).isEqualTo(new Calibration.Choice(ServedFiles.MEMORY_UP_TO, ""));
        assertThat(choice.told(folder)).contains("built in; 'sluice doctor --calibrate' measures");
    }

    @Test
    void whatAnotherMachineMeasuredIsIgnoredAndSaidSo(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("calibration");
        new Calibration(new Machine("Linux 5.1", HERE.processor()), DAY, 4_096).store(file);
        Calibration.Choice choice = Calibration.choose(file, HERE);
        assertThat(choice.memoryUpTo()).isEqualTo(ServedFiles.MEMORY_UP_TO);
        assertThat(choice.words()).contains("ignored", "Linux 5.1", "Linux 6.18");
        assertThat(choice.told(file)).contains("built in; the calibration in " + file);
    }

    @ParameterizedTest
    @CsvSource({
        "sluice calibration 1, sluice calibration 2, begin",
        "12288, 99999999999, number",
        "12288, 4000000, ', not 4000000'",
        "12288, -1, ', not -1'",
        "2026-11-22, yesterday, yesterday",
        "'kernel: ', 'colonel: ', kernel",
        "measured, kernel, line"
    })
    void whatIsMalformedIsIgnoredAndSaidSo(
            String good, String bad, String words, @TempDir Path folder) throws IOException {
        String text = new Calibration(HERE, DAY, 12_288).text().replace(good, bad);
        assertThatThrownBy(() -> Calibration.parse(text)).hasMessageContaining(words);
        Path file = Files.writeString(folder.resolve("calibration"), text);
        Calibration.Choice choice = Calibration.choose(file, HERE);
        assertThat(choice.memoryUpTo()).isEqualTo(ServedFiles.MEMORY_UP_TO);
        assertThat(choice.words()).contains("ignored", words);
    }

    @Test
    void processorsAreToldApartByNameOrNumbers() {
        assertThat(Machine.model(
                        List.of("model name\t: Fast 1", "flags : x", "model name\t: Fast 1")))
                .isEqualTo("Fast 1");
        assertThat(Machine.model(List.of("CPU implementer\t: 0x41", "CPU part\t: 0xd0c")))
                .isEqualTo("0x41 0xd0c");
        assertThat(Machine.model(List.of())).isEmpty();
        assertThat(Machine.here().kernel()).isNotBlank();
    }

    @Test
    void whatTheDoctorMeasuresIsWhatAutoTakes(@TempDir Path state, @TempDir Path root)
            throws Exception {
        List<String> env = List.of("env", "XDG_STATE_HOME=" + state);
        Path said = state.resolve("said");
        Process doctor = ServeProcess.command(
                        env, List.of("doctor", "--calibrate", "--seconds", "1"))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(doctor.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(doctor.exitValue()).as(Files.readString(said)).isZero();
        Path file = state.resolve("sluice/calibration");
        Calibration kept = Calibration.parse(Files.readString(file));
        assertThat(kept.machine()).isEqualTo(Machine.here());
        assertThat(said).content().contains("up to " + kept.memoryUpTo(), file.toString(), "+-");
        try (ServeProcess server =
                ServeProcess.start(env, root.resolve("errors"), root.toString())) {
            assertThat(server.errors())
                    .contains("files up to " + kept.memoryUpTo() + " bytes from memory");
        }
    }
}
