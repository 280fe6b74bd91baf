package io.aitta.partition;

import io.aitta.model.FoundingMessage;
import java.util.List;

/**
 * What a {@link Bootstrap} wants done next.
 *
 * @param state must be durable before anything is sent
 * @param sends messages to other nodes
 */
public record BootstrapStep(FoundingState state, List<FoundingMessage> sends) {

  public BootstrapStep {
    sends = List.copyOf(sends);
  }
}
