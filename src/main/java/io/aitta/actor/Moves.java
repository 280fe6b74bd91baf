package io.aitta.actor;

import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.repair.ComparedPair;
import io.aitta.repair.Difference;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Moves the records in which two replicas differ to the side that lacks them, through the same path
 * as every write: the newest version wins there, whatever was found before. Whether a record is
 * alive that a side may have dropped the tombstone of, a majority is asked (protocol rule 8). A few
 * at a time. Owned by one actor.
 */
final class Moves {
  /** How many are moved at once: their values may be large. */
  static final int BATCH = 16;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** What is moved, and whether it has yet to be fetched. */
  private record Moving(Difference difference, boolean isFetching) {}

  private final AntiEntropyWorks works;
  private final ComparedPair pair;
  private final Epoch epoch;
  private final ActorRef<Replied> replyTo;
  private final Map<Integer, Moving> unanswered = new HashMap<>(); // by round
  private int lastRound;
  private long deadlineNanos;
  private long pushed;
  private long fetched;
  private long failed;
  private long bytesSent;
  private long bytesReceived;

  /**
   * Begins.
   *
   * @param firstRound above every round of moves before
   */
  Moves(
      AntiEntropyWorks works,
      ComparedPair pair,
      Epoch epoch,
      int firstRound,
      ActorRef<Replied> replyTo) {
    this.works = works;
    this.pair = pair;
    this.epoch = epoch;
    this.lastRound = firstRound;
    this.replyTo = replyTo;
  }

  /** Begins to move records, when the ones before are moved. */
  void begin(List<Difference> differences, Logger log) {
    deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    for (Difference difference : differences) {
      if (difference.isToPush()) {
        push(difference, log);
      } else {
        ask(new ReplicaRequest.Read(difference.key(), epoch), true, new Moving(difference, true));
      }
    }
  }

  private void push(Difference difference, Logger log) {
    try {
      Entry entry = works.engine().read(pair.partition(), difference.key());
      if (entry != null) {
        ReplicaRequest write = write(difference, entry);
        bytesSent += WireSize.ofRequest(write);
        ask(write, true, new Moving(difference, false));
      }
    } catch (StorageException e) {
      failed++;
      log.warn("could not read from partition {}", pair.partition(), e);
    }
  }

  private ReplicaRequest write(Difference difference, Entry entry) {
    return new ReplicaRequest.Write(difference.key(), epoch, entry, WriteOrigin.REPAIR);
  }

  private void ask(ReplicaRequest request, boolean isOfOther, Moving moving) {
    PeerView peer = works.peers().get().peer(pair.other());
    if (peer == null) {
      failed++;
      return;
    }
    int round = ++lastRound;
    unanswered.put(round, moving);
    Ask ask =
        new Ask(
            request,
            isOfOther ? peer.incarnation() : works.incarnation(),
            round,
            deadlineNanos,
            replyTo);
    if (isOfOther) {
      peer.replica().tell(ask);
    } else {
      works.replica().tell(ask);
    }
  }

  /** Records an answer; ignores one that is late. */
  void recordReplied(Replied replied) {
    Moving moving = unanswered.remove(replied.round());
    if (moving == null) {
      return;
    }
    if (replied.reply() instanceof ReplicaReply.Wrote) {
      pushed += moving.difference().isToPush() ? 1 : 0;
      fetched += moving.difference().isToPush() ? 0 : 1;
    } else if (moving.isFetching() && replied.reply() instanceof ReplicaReply.Copy copy) {
      bytesReceived += WireSize.ofReply(copy);
      recordFetched(moving.difference(), copy.entry());
    } else {
      failed++;
      if (replied.reply() instanceof ReplicaReply.Refused refused
          && refused.reason() == RefusalReason.IN_QUESTION) {
        works.majorityReads().accept(moving.difference().key());
      }
    }
  }

  private void recordFetched(Difference difference, @Nullable Entry entry) {
    if (entry != null) {
      ask(write(difference, entry), false, new Moving(difference, false));
    }
  }

  /** Gives up what is not answered in time. */
  void recordTime(long nowNanos) {
    if (deadlineNanos - nowNanos <= 0) {
      failed += unanswered.size();
      unanswered.clear();
    }
  }

  /** Whether everything that was begun is over. */
  boolean areOver() {
    return unanswered.isEmpty();
  }

  /** Whether everything that is over was moved. */
  boolean areComplete() {
    return failed == 0;
  }

  int lastRound() {
    return lastRound;
  }

  long pushed() {
    return pushed;
  }

  long fetched() {
    return fetched;
  }

  long bytesSent() {
    return bytesSent;
  }

  long bytesReceived() {
    return bytesReceived;
  }
}
