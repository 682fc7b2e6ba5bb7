package sluice.lab;

/**
 * About a second of a load, the warm-up included.
 *
 * @param at when it ended, in seconds since the first request
 * @param rate responses per second
 * @param failed requests without a right answer, in this second
 * @param loopCpu share of one CPU that the busiest loop used
 * @param measured whether the second counts
 */
public record LoadSecond(double at, double rate, long failed, double loopCpu, boolean measured) {}
