package io.aitta;

import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How a put or a delete ended.
 *
 * @param outcome written, may have been applied, or refused
 * @param settled the receipt after every replica answered or the deadline passed, with the hints
 *     that were kept by a short while after; empty if the outcome is a refusal. Never fails
 */
public record PutResult(PutOutcome outcome, CompletionStage<Optional<Receipt>> settled) {

  /** Whether as many replicas as were required applied it. */
  public boolean isWritten() {
    return outcome instanceof PutOutcome.Written;
  }

  /** The receipt at the time of the answer; empty if the outcome is a refusal. */
  public Optional<Receipt> receipt() {
    if (outcome instanceof PutOutcome.Written written) {
      return Optional.of(written.receipt());
    }
    return outcome instanceof PutOutcome.MaybeApplied maybe
        ? Optional.of(maybe.receipt())
        : Optional.empty();
  }
}
