package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.Explanation;
import io.aitta.model.Key;
import io.aitta.model.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Asks which replica holds which version of a key.
 *
 * @param configuration the key's partition
 * @param answer completed exactly once
 */
public record ExplainRequest(
    Key key, Configuration configuration, CompletableFuture<Explanation> answer)
    implements RequestRouter.Command {

  /** An explanation has no words for a refusal: it names the members alone. */
  @Override
  public void refuse(Refusal refusal, Executor callbacks) {
    answer.completeAsync(
        () ->
            new Explanation(
                configuration.partition(),
                configuration.epoch(),
                configuration.members(),
                List.of()),
        callbacks);
  }
}
