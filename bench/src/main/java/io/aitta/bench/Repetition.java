package io.aitta.bench;

import java.util.Map;

/**
 * What was measured in one window.
 *
 * @param perSecond operations that ended well
 * @param all latencies of gets and puts together
 * @param cpuMicrosPerOperation over all processes of the system
 * @param driverCpuShare of that, the share of the processes that issue operations
 * @param otherCpuShare the share of the machine's processors that other processes used; -1 where it
 *     is not known
 * @param allocatedBytesPerOperation of heap, over all processes
 * @param writtenBytesPerOperation to sockets and files, over all processes
 * @param failures how often what went wrong
 */
record Repetition(
    double perSecond,
    Latencies all,
    Latencies gets,
    Latencies puts,
    double cpuMicrosPerOperation,
    double driverCpuShare,
    double otherCpuShare,
    double allocatedBytesPerOperation,
    double writtenBytesPerOperation,
    Map<String, Long> failures) {}
