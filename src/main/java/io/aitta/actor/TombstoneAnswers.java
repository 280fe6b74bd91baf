package io.aitta.actor;

import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.PartitionId;
import io.aitta.model.TombstoneMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.DeadRecords;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.StorageException;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What a replica answers when records are to be dropped; used by it alone. */
final class TombstoneAnswers {
  private final Incarnation incarnation;
  private final DeadRecords records;
  private final RepeatedFailures failures = new RepeatedFailures();

  TombstoneAnswers(Incarnation incarnation, DeadRecords records) {
    this.incarnation = incarnation;
    this.records = records;
  }

  /**
   * Answers a question, or drops.
   *
   * @param configurations that this node acts on; null if it does not serve yet
   * @param isWhole whether this node's partition is
   * @param nowMillis the hybrid clock's present
   * @param discard takes what turns out to be corrupt: nothing is confirmed or dropped until it is
   *     mended
   */
  TombstoneMessage answer(
      TombstoneMessage question,
      @Nullable ConfigurationTable configurations,
      boolean isWhole,
      long nowMillis,
      BiConsumer<PartitionId, List<Key>> discard,
      Logger log) {
    ComparisonHeader header = question.header();
    ComparisonHeader answer = header.answeredBy(incarnation);
    boolean mayTakePart =
        configurations != null
            && isWhole
            && records.mayTakePart(configurations, header.partition(), header.epoch());
    try {
      if (question instanceof TombstoneMessage.Drop drop) {
        if (mayTakePart) {
          int dropped = records.drop(header.partition(), drop.dead(), nowMillis);
          log.debug("dropped [{}] dead records of partition {}", dropped, header.partition());
        }
        return new TombstoneMessage.Dropped(answer, mayTakePart);
      }
      return new TombstoneMessage.Confirmed(
          answer,
          mayTakePart && question instanceof TombstoneMessage.Asked asked
              ? records.confirm(header.partition(), asked.dead())
              : Bytes.EMPTY);
    } catch (CorruptRecordException e) {
      discard.accept(header.partition(), List.of(e.key()));
      return refused(question, answer);
    } catch (StorageException e) {
      long times = failures.record(System.nanoTime());
      if (times > 0) {
        log.warn("could not answer for dead records, [{}] times: {}", times, e.getMessage());
      }
      return refused(question, answer);
    }
  }

  private static TombstoneMessage refused(TombstoneMessage question, ComparisonHeader answer) {
    return question instanceof TombstoneMessage.Drop
        ? new TombstoneMessage.Dropped(answer, false)
        : new TombstoneMessage.Confirmed(answer, Bytes.EMPTY);
  }
}
