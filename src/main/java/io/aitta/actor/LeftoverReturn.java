package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.LeftoverOffer;
import io.aitta.repair.LeftoverRemoval;
import io.aitta.repair.LeftoverSchedule;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;

/**
 * Gives back what this node holds of partitions that it left, and what was set aside of those that
 * it came back to: carries out what {@link LeftoverSchedule} decides. Owned by one actor.
 */
final class LeftoverReturn {
  private static final int PAGE_RECORDS = 200;
  private static final int PAGE_BYTES = 256 << 10;
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(10);

  private final ReaperWorks works;
  private final ActorRef<TombstoneReaper.Command> owner;
  private final RepeatedFailures failures = new RepeatedFailures();
  private final LeftoverSchedule schedule;

  LeftoverReturn(ReaperWorks works, ActorRef<TombstoneReaper.Command> owner) {
    this.works = works;
    this.owner = owner;
    this.schedule =
        new LeftoverSchedule(
            works.self(),
            works.incarnation(),
            works.interval(),
            PAGE_TIMEOUT,
            ThreadLocalRandom.current().nextInt(),
            System.nanoTime());
  }

  /**
   * Goes on with the page, or begins one.
   *
   * @param nextId an id for it that nothing else has
   */
  void proceed(ConfigurationTable configurations, long nextId, long nowNanos, Logger log) {
    if (schedule.isUnderWay()) {
      LeftoverRemoval removal = schedule.end(configurations, nowNanos);
      if (removal != null) {
        works.replica().tell(new Replica.RemoveLeftovers(removal));
      }
      return;
    }
    PartitionId space = schedule.next(configurations, works::isTaking, nowNanos);
    while (space != null) {
      begin(space, configurations.configuration(space.origin()), nextId, nowNanos, log);
      space = schedule.next(configurations, works::isTaking, nowNanos);
    }
  }

  private void begin(
      PartitionId space, Configuration configuration, long nextId, long nowNanos, Logger log) {
    try {
      ScanPage scanned = works.engine().scan(space, null, PAGE_RECORDS, PAGE_BYTES);
      if (scanned.entries().isEmpty() && scanned.corrupt().isEmpty()) {
        return;
      }
      schedule
          .begin(
              space,
              configuration,
              scanned.entries().stream()
                  .map(entry -> KeyVersion.of(entry.key(), entry.entry()))
                  .toList(),
              scanned.corrupt(),
              nextId,
              nowNanos)
          .forEach(this::ask);
    } catch (StorageException e) {
      warn(e, log);
    }
  }

  private void warn(StorageException e, Logger log) {
    long times = failures.record(System.nanoTime());
    if (times > 0) {
      log.warn("could not read what is left of earlier partitions, [{}] times", times, e);
    }
  }

  private void ask(TombstoneMessage question) {
    NodeId member = question.header().to();
    String address = works.peers().get().address(member);
    if (member.equals(works.self())) {
      works.replica().tell(new Replica.Reap(question, owner.narrow()));
    } else if (address != null) {
      works.transport().send(address, question);
    }
  }

  /** Records what a member holds, if the answer is to this page's question. */
  void recordConfirmed(TombstoneMessage.Confirmed confirmed, Logger log) {
    for (LeftoverOffer offer : schedule.recordConfirmed(confirmed)) {
      send(offer, log);
    }
  }

  private void send(LeftoverOffer offer, Logger log) {
    PeerView peer = works.peers().get().peer(offer.member());
    boolean isSelf = offer.member().equals(works.self());
    try {
      Entry entry = works.engine().read(offer.space(), offer.key());
      if ((peer == null && !isSelf) || entry == null) {
        return;
      }
      ReplicaRequest write = offer.write(entry);
      long deadlineNanos = schedule.deadlineNanos();
      if (isSelf || peer == null) {
        works
            .replica()
            .tell(
                new Ask(write, works.incarnation(), offer.round(), deadlineNanos, owner.narrow()));
      } else {
        peer.replica()
            .tell(new Ask(write, peer.incarnation(), offer.round(), deadlineNanos, owner.narrow()));
      }
    } catch (StorageException e) {
      warn(e, log);
    }
  }

  /** Records what became of an offer. */
  void recordReplied(Replied replied) {
    schedule.recordReplied(replied.round(), replied.reply());
  }
}
