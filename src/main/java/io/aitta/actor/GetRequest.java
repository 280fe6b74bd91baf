package io.aitta.actor;

import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A get.
 *
 * @param key the key
 * @param consistency how many must hold what is answered
 * @param timeout until the answer
 * @param answer completed exactly once
 */
public record GetRequest(
    Key key, Consistency consistency, Duration timeout, CompletableFuture<GetOutcome> answer)
    implements RequestRouter.Command {

  @Override
  public void refuse(Refusal refusal, Executor callbacks) {
    answer.completeAsync(() -> new GetOutcome.Unavailable(refusal), callbacks);
  }
}
