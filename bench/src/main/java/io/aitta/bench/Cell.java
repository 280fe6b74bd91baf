package io.aitta.bench;

/**
 * One load.
 *
 * @param inFlight operations in flight, over all drivers
 */
record Cell(Workload workload, KeyChoice choice, int inFlight) {}
