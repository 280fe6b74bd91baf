package io.aitta.actor;

import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.LeftoverPage;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Gives back what this node holds of partitions that it left, and what was set aside of those that
 * it came back to: asks the members page by page what they hold of it, offers them what they lack,
 * and has it removed. Owned by one actor.
 */
final class LeftoverReturn {
  private static final int PAGE_RECORDS = 200;
  private static final int PAGE_BYTES = 256 << 10;
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(10);

  /** What was offered to whom. */
  private record Offer(NodeId member, Key key) {}

  private final ReaperWorks works;
  private final ActorRef<TombstoneReaper.Command> owner;
  private final RepeatedFailures failures = new RepeatedFailures();
  private final ArrayDeque<PartitionId> unseen = new ArrayDeque<>(); // in this turn
  private final Map<Integer, Offer> offers = new HashMap<>(); // of this page, by round
  private @Nullable LeftoverPage page;
  private PartitionId space = new PartitionId(0); // where the page is stored
  private List<Key> corrupt = List.of(); // in the page
  private long pageId;
  private long deadlineNanos; // of the page
  private long nextTurnNanos;
  private int lastRound; // begins anywhere: a late reply to an earlier run settles nothing of this

  LeftoverReturn(ReaperWorks works, ActorRef<TombstoneReaper.Command> owner) {
    this.works = works;
    this.owner = owner;
    this.lastRound = ThreadLocalRandom.current().nextInt();
    this.nextTurnNanos = System.nanoTime() + works.interval().toNanos();
  }

  /**
   * Goes on with the page, or begins one.
   *
   * @param nextId an id for it that nothing else has
   */
  void proceed(ConfigurationTable configurations, long nextId, long nowNanos, Logger log) {
    LeftoverPage now = page;
    if (now != null) {
      end(now, configurations, nowNanos);
      return;
    }
    if (unseen.isEmpty() && nowNanos - nextTurnNanos >= 0) {
      nextTurnNanos = nowNanos + works.interval().toNanos();
      for (Configuration configuration : configurations.all()) {
        unseen.add(configuration.partition());
        unseen.add(configuration.partition().setAside());
      }
    }
    while (page == null && !unseen.isEmpty()) {
      begin(unseen.remove(), configurations, nextId, nowNanos, log);
    }
  }

  private void end(LeftoverPage now, ConfigurationTable configurations, long nowNanos) {
    Configuration configuration = now.configuration();
    boolean isOver =
        now.isRefused()
            || nowNanos - deadlineNanos >= 0
            || !configuration.equals(configurations.configuration(configuration.partition()));
    if (now.isComplete() && !isOver) {
      works
          .replica()
          .tell(new Replica.RemoveLeftovers(configuration, space, now.records(), corrupt));
      unseen.addLast(space);
    }
    if (now.isComplete() || isOver) {
      page = null;
      offers.clear();
    }
  }

  private void begin(
      PartitionId next, ConfigurationTable configurations, long nextId, long nowNanos, Logger log) {
    Configuration configuration = configurations.configuration(next.origin());
    if ((configuration.hasReplica(works.self()) && !next.isSetAside())
        || configuration.isJoint()
        || !configurations.isServed(next.origin())
        || !configuration.members().stream().allMatch(works::isTaking)) {
      return;
    }
    try {
      ScanPage scanned = works.engine().scan(next, null, PAGE_RECORDS, PAGE_BYTES);
      if (scanned.entries().isEmpty() && scanned.corrupt().isEmpty()) {
        return;
      }
      page =
          new LeftoverPage(
              configuration,
              scanned.entries().stream()
                  .map(entry -> KeyVersion.of(entry.key(), entry.entry()))
                  .toList());
      space = next;
      corrupt = scanned.corrupt();
      pageId = nextId;
      deadlineNanos = nowNanos + PAGE_TIMEOUT.toNanos();
      configuration.members().forEach(member -> ask(member, configuration));
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

  private void ask(NodeId member, Configuration configuration) {
    if (page == null) {
      return;
    }
    ComparisonHeader header =
        new ComparisonHeader(
            pageId,
            0,
            works.self(),
            works.incarnation(),
            member,
            configuration.partition(),
            configuration.epoch());
    TombstoneMessage question = new TombstoneMessage.Asked(header, page.records());
    String address = works.peers().get().address(member);
    if (member.equals(works.self())) {
      works.replica().tell(new Replica.Reap(question, owner.narrow()));
    } else if (address != null) {
      works.transport().send(address, question);
    }
  }

  /** Records what a member holds, if the answer is to this page's question. */
  void recordConfirmed(TombstoneMessage.Confirmed confirmed, Logger log) {
    ComparisonHeader header = confirmed.header();
    LeftoverPage now = page;
    if (now != null && header.id() == pageId) {
      for (KeyVersion lacking : now.recordConfirmed(header.from(), confirmed.held())) {
        offer(header.from(), lacking.key(), now.configuration(), log);
      }
    }
  }

  private void offer(NodeId member, Key key, Configuration configuration, Logger log) {
    PeerView peer = works.peers().get().peer(member);
    boolean isSelf = member.equals(works.self());
    try {
      Entry entry = works.engine().read(space, key);
      if ((peer == null && !isSelf) || entry == null) {
        return;
      }
      int round = ++lastRound;
      offers.put(round, new Offer(member, key));
      ReplicaRequest write =
          new ReplicaRequest.Write(key, configuration.epoch(), entry, WriteOrigin.HINT);
      if (isSelf || peer == null) {
        works
            .replica()
            .tell(new Ask(write, works.incarnation(), round, deadlineNanos, owner.narrow()));
      } else {
        peer.replica()
            .tell(new Ask(write, peer.incarnation(), round, deadlineNanos, owner.narrow()));
      }
    } catch (StorageException e) {
      warn(e, log);
    }
  }

  /** Records what became of an offer. */
  void recordReplied(Replied replied) {
    Offer offer = offers.remove(replied.round());
    LeftoverPage now = page;
    boolean isSettled =
        replied.reply() instanceof ReplicaReply.Wrote
            || (replied.reply() instanceof ReplicaReply.Refused refused
                && refused.reason() == RefusalReason.IN_QUESTION);
    if (offer != null && now != null && isSettled) {
      now.recordSettled(offer.member(), offer.key());
    }
  }
}
