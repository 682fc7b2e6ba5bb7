package sluice.lab;

/**
 * About a second of a load, the warm-up included.
 *
 * @param at when it ended, in seconds since the first request
 * @param rate responses per second
 * @param failed requests without a right answer, in this second
 * @param p99 microseconds that 1 of 100 answers of this second exceeded: from when they were due if
 *     they come at a rate, else from when they were sent; 0 in results of earlier versions
 * @param loopCpu share of one CPU that the busiest loop used
 * @param measured whether the second counts
 */
public record LoadSecond(
        double at, double rate, long failed, double p99, double loopCpu, boolean measured) {}
