package io.aitta.partition;

import io.aitta.model.SuccessionMessage;
import java.util.List;

/**
 * What a {@link PartitionSuccession} wants done next.
 *
 * @param state must be durable before anything is sent, and before it is acted on
 * @param sends messages to other nodes
 */
public record SuccessionStep(PartitionState state, List<SuccessionMessage> sends) {

  public SuccessionStep {
    sends = List.copyOf(sends);
  }
}
