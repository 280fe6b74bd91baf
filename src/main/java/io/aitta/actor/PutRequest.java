package io.aitta.actor;

import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A put or a delete.
 *
 * @param key the key
 * @param isDelete whether a tombstone is put
 * @param codec the id of the value's codec; empty for a delete
 * @param value the encoded value; empty for a delete
 * @param timeToLive how long the value is visible; zero for ever
 * @param consistency how many must have applied it
 * @param timeout until the answer
 * @param answer completed exactly once
 * @param settled completed exactly once, after {@code answer}, with the final receipt unless
 *     refused
 */
public record PutRequest(
    Key key,
    boolean isDelete,
    String codec,
    Bytes value,
    Duration timeToLive,
    Consistency consistency,
    Duration timeout,
    CompletableFuture<PutOutcome> answer,
    CompletableFuture<Optional<Receipt>> settled)
    implements RequestRouter.Command {

  @Override
  public void refuse(Refusal refusal, Executor callbacks) {
    answer.completeAsync(() -> new PutOutcome.Refused(refusal), callbacks);
    settled.completeAsync(Optional::empty, callbacks);
  }
}
