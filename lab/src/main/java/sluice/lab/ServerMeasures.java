package sluice.lab;

import org.jspecify.annotations.Nullable;

/**
 * What a server's process did during one round. What could not be measured is null.
 *
 * @param cpu microseconds of CPU time per request, in user mode and in the kernel
 * @param switches voluntary context switches per request
 * @param preemptions involuntary context switches per request
 * @param faults page faults per request that needed no disk
 * @param diskFaults page faults per request that did
 * @param pss bytes of memory at the end of the round, shared pages in proportion
 * @param compiling share of the CPU time that the JIT compilers of its JVM used; null in results of
 *     earlier versions
 */
public record ServerMeasures(
        LoadReport.Cpu cpu,
        @Nullable Double switches,
        @Nullable Double preemptions,
        @Nullable Double faults,
        @Nullable Double diskFaults,
        @Nullable Long pss,
        @Nullable Double compiling) {}
