package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.linux.Fixture.ok;
import static sluice.linux.ProcessCalls.SIGHUP;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import sluice.linux.ProcessCalls.DescriptorLimit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ProcessCallsTest {
    @BeforeAll
    static void needsLinux() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
    }

    @Test
    void knowsItsOwnNumber() {
        assertThat(ProcessCalls.getpid()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void takesASignalAwayFromTheJvm() throws IOException {
        assumeTrue(isCaught(SIGHUP), "the JVM does not handle SIGHUP here");
        ok(ProcessCalls.restoreDefaultAction(SIGHUP));
        assertThat(isCaught(SIGHUP)).isFalse();
        assertThat(ProcessCalls.restoreDefaultAction(1_000)).isEqualTo(-Errno.EINVAL);
    }

    /** The mask of proc(5): the lowest bit is signal 1. */
    private static boolean isCaught(int signal) throws IOException {
        var mask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigCgt:"))
                .findFirst()
                .orElseThrow();
        long bits = Long.parseUnsignedLong(mask.substring("SigCgt:".length()).strip(), 16);
        return (bits >>> (signal - 1) & 1) != 0;
    }

    @Test
    void lowersAndRaisesTheLimitOfDescriptors() {
        var before = ProcessCalls.descriptorLimit();
        assertThat(before).isNotNull();
        var lower = new DescriptorLimit(before.soft() - 1, before.hard());
        try {
            ok(ProcessCalls.setDescriptorLimit(lower));
            assertThat(ProcessCalls.descriptorLimit()).isEqualTo(lower);
            ok(ProcessCalls.raiseDescriptorLimit());
            var raised = new DescriptorLimit(before.hard(), before.hard());
            assertThat(ProcessCalls.descriptorLimit()).isEqualTo(raised);
        } finally {
            ok(ProcessCalls.setDescriptorLimit(before));
        }
    }
}
