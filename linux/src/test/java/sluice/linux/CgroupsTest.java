package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What control groups allow, in every way in which a system shows them. */
class CgroupsTest {
    private static final String SECOND =
            "30 23 0:26 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    private static final String FIRST =
            "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
                    + "36 31 0:33 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n";

    @TempDir
    private Path top;

    @BeforeEach
    void mountOthers() throws IOException {
        mounted("");
    }

    private void file(String path, String content) throws IOException {
        Path file = top.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void mounted(String cgroups) throws IOException {
        file("proc/self/mountinfo", "23 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n" + cgroups);
    }

    private void assertLimits(long memory, long tasks) {
        assertThat(Cgroups.read(top)).isEqualTo(new Cgroups(memory, tasks));
    }

    @Test
    void withoutControlGroupsThereIsNoLimit() {
        assertLimits(Cgroups.NONE, Cgroups.NONE);
    }

    @Test
    void maxIsNoLimit() throws IOException {
        mounted(SECOND);
        file("proc/self/cgroup", "0::/app\n");
        file("sys/fs/cgroup/app/memory.max", "max\n");
        file("sys/fs/cgroup/app/pids.max", "max\n");

        assertLimits(Cgroups.NONE, Cgroups.NONE);
    }

    @Test
    void inVersionTwoTheLeastOfTheGroupAndThoseAboveItCounts() throws IOException {
        mounted(SECOND);
        file("proc/self/cgroup", "0::/slice/app\n");
        file("sys/fs/cgroup/slice/app/memory.max", "500000\n");
        file("sys/fs/cgroup/slice/app/pids.max", "64\n");
        file("sys/fs/cgroup/slice/memory.max", "400000\n");
        file("sys/fs/cgroup/slice/pids.max", "100\n");

        assertLimits(400_000, 64);
    }

    @Test
    void whereTheKernelBeginsToThrottleIsALimitToo() throws IOException {
        mounted(SECOND);
        file("proc/self/cgroup", "0::/app\n");
        file("sys/fs/cgroup/app/memory.max", "500000\n");
        file("sys/fs/cgroup/app/memory.high", "300000\n");

        assertLimits(300_000, Cgroups.NONE);
    }

    @Test
    void inVersionOneEachControllerHasItsOwnGroups() throws IOException {
        mounted(FIRST);
        file("proc/self/cgroup", "9:name=systemd:/\n8:pids:/p\n4:memory,other:/m/deep\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "134217728\n");
        file("sys/fs/cgroup/memory/m/deep/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/pids/p/pids.max", "30\n");

        assertLimits(128 << 20, 30);
    }

    @Test
    void aContainerThatSeesOnlyItsOwnGroupFindsIt() throws IOException {
        mounted("35 31 0:32 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
        file("proc/self/cgroup", "4:memory:/docker/ab\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n");

        assertLimits(1_000_000, Cgroups.NONE);
    }

    @Test
    void aGroupOutsideOfTheNamespaceLeavesTheOneThatIsSeen() throws IOException {
        mounted(SECOND);
        file("proc/self/cgroup", "0::/../../other\n");
        file("sys/fs/cgroup/memory.max", "700000\n");

        assertLimits(700_000, Cgroups.NONE);
    }

    @Test
    void theGroupsOfAControllerAreItsOwnAndThoseAboveInBothVersions() throws IOException {
        mounted(SECOND + "35 31 0:32 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
        file("proc/self/cgroup", "4:cpu,cpuacct:/one\n0::/slice/app\n");

        assertThat(Cgroups.groups(top, "cpu"))
                .containsExactly(
                        top.resolve("sys/fs/cgroup/slice/app"),
                        top.resolve("sys/fs/cgroup/slice"),
                        top.resolve("sys/fs/cgroup"),
                        top.resolve("sys/fs/cgroup/cpu/one"),
                        top.resolve("sys/fs/cgroup/cpu"));
        assertThat(Cgroups.groups(top, "memory")).hasSize(3);
    }
}
