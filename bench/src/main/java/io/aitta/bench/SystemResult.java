package io.aitta.bench;

import java.util.List;
import java.util.Map;

/**
 * What was measured and checked of one system.
 *
 * @param promise the consistency that it gives
 * @param failures how often what went wrong, outside of the measured windows too
 * @param readBack how many values were read back and compared, over all nodes
 */
record SystemResult(
    String system,
    String promise,
    double loadSeconds,
    List<CellResult> cells,
    Map<String, Long> failures,
    long readBack) {}
