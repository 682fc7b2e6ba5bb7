package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.linux.Fixture.ok;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import sluice.linux.ProcessCalls.DescriptorLimit;

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
