package io.aitta.replica;

/**
 * Why a partition is not whole. One that lost records again is to be made whole from the beginning.
 *
 * @param number rises with every loss of a run; 0 for one of an earlier run
 * @param foundNanos monotonic time when it was found, or when the run began: it was lost before
 */
public record Loss(long number, long foundNanos) {}
