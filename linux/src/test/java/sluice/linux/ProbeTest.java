package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProbeTest {
    @BeforeAll
    static void needsLinux() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
    }

    @Test
    void findsWhatEveryKernelHasThatRunsThisJvm() {
        var probe = Probe.run();
        assertThat(probe.features()).extracting(Probe.Feature::name).doesNotHaveDuplicates();
        for (var name : new String[] {Probe.EPOLL, Probe.EVENTFD, Probe.SENDFILE}) {
            assertThat(probe.has(name)).as(name).isTrue();
        }
    }

    @Test
    void saysWhyAFeatureIsNotAvailableAndWhatWouldHelp() {
        var check = new Probe.Check("x", "Linux 99", open -> new Probe.Finding(-Errno.ENOSYS));
        var reason = "ENOSYS (function not implemented); needs Linux 99";
        assertThat(check.run()).isEqualTo(new Probe.Feature("x", false, reason));
    }

    @Test
    void keepsTheWordsOfACheckThatSucceeds() {
        var check = new Probe.Check("x", "Linux 99", open -> new Probe.Finding(3, "ABI 3"));
        assertThat(check.run()).isEqualTo(new Probe.Feature("x", true, "ABI 3"));
    }

    @Test
    void agreesWithTheCallsThemselves() {
        try (var fixture = new Fixture()) {
            long root = fixture.text("/").address();
            int fd = FileCalls.openat2(FileCalls.AT_FDCWD, root, FileCalls.O_PATH, 0, 0);
            assertThat(Probe.run().has(Probe.OPENAT2)).isEqualTo(fd >= 0);
            assertThat(FileCalls.close(fd)).isEqualTo(fd >= 0 ? 0 : -Errno.EBADF);
        }
    }

    @Test
    void leavesNothingOpen() {
        Probe.run(); // loads what it needs
        long before = Fixture.openDescriptors();
        for (int i = 0; i < 20; i++) {
            Probe.run();
        }
        assertThat(Fixture.openDescriptors()).isEqualTo(before);
    }

    @Test
    void refusesAFeatureItDoesNotKnow() {
        assertThatThrownBy(() -> Probe.run().feature("teleport"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("teleport");
    }
}
