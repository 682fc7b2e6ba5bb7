package sluice.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What control groups say of CPU time is found in both versions, in groups above, too. */
class CpuQuotaTest {
    @TempDir
    private Path above;

    private CpuQuota quota() throws IOException {
        Path own = Files.createDirectories(above.resolve("own"));
        return new CpuQuota(List.of(own, above));
    }

    private void file(String name, String content) throws IOException {
        Files.createDirectories(above.resolve("own"));
        Files.writeString(above.resolve(name), content);
    }

    @Test
    void withoutAQuotaThereIsNone() throws IOException {
        file("own/cpu.max", "max 100000\n");
        file("cpu.cfs_quota_us", "-1\n");
        file("cpu.cfs_period_us", "100000\n");

        assertThat(quota().words()).isEqualTo("none");
        assertThat(quota().throttledSeconds()).isZero();
    }

    @Test
    void theLeastOfTheGroupAndThoseAboveItCounts() throws IOException {
        file("own/cpu.max", "200000 100000\n");
        file("cpu.max", "75000 50000\n");

        assertThat(quota().words()).isEqualTo("1.50 CPUs");
    }

    @Test
    void versionOneHasItsQuotaInTwoFiles() throws IOException {
        file("own/cpu.cfs_quota_us", "50000\n");
        file("own/cpu.cfs_period_us", "100000\n");

        assertThat(quota().words()).isEqualTo("0.50 CPUs");
    }

    @Test
    void timeThatThreadsWereHeldBackIsThatOfAllGroups() throws IOException {
        file("own/cpu.stat", "nr_periods 9\nnr_throttled 2\nthrottled_usec 1500000\n");
        file("cpu.stat", "nr_throttled 2\nthrottled_time 500000000\n");

        assertThat(quota().throttledSeconds()).isCloseTo(2, within(1e-9));
    }
}
