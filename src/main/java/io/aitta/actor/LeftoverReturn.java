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
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Gives back what this node holds of partitions that it left: asks the members page by page what
 * they hold of it, offers them what they lack, and has the rest removed. Owned by one actor.
 */
final class LeftoverReturn {
  private static final int PAGE_RECORDS = 200;
  private static final int PAGE_BYTES = 256 << 10;
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(10);

  /** What was offered to whom. */
  private record Offer(NodeId member, Key key) {}

  private final ReaperWorks works;
  private final ActorRef<Replied> replyTo;
  private final ArrayDeque<PartitionId> unseen = new ArrayDeque<>(); // in this turn
  private final Map<Integer, Offer> offers = new HashMap<>(); // of this page, by round
  private @Nullable LeftoverPage page;
  private List<Key> corrupt = List.of(); // in the page
  private long pageId;
  private long deadlineNanos; // of the page
  private long nextTurnNanos;
  private int lastRound;

  LeftoverReturn(ReaperWorks works, ActorRef<Replied> replyTo) {
    this.works = works;
    this.replyTo = replyTo;
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
      PartitionId partition = now.configuration().partition();
      boolean isOver =
          now.isRefused()
              || nowNanos - deadlineNanos >= 0
              || !now.configuration().equals(configurations.configuration(partition));
      if (now.isComplete() && !isOver) {
        works
            .replica()
            .tell(new Replica.RemoveLeftovers(now.configuration(), now.records(), corrupt));
        unseen.addLast(partition);
      }
      if (now.isComplete() || isOver) {
        page = null;
        offers.clear();
      }
      return;
    }
    if (unseen.isEmpty() && nowNanos - nextTurnNanos >= 0) {
      nextTurnNanos = nowNanos + works.interval().toNanos();
      configurations.all().stream().map(Configuration::partition).forEach(unseen::add);
    }
    while (page == null && !unseen.isEmpty()) {
      begin(configurations.configuration(unseen.remove()), configurations, nextId, nowNanos, log);
    }
  }

  private void begin(
      Configuration configuration,
      ConfigurationTable configurations,
      long nextId,
      long nowNanos,
      Logger log) {
    PartitionId partition = configuration.partition();
    if (configuration.hasReplica(works.self())
        || configuration.isJoint()
        || !configurations.isServed(partition)
        || !configuration.members().stream().allMatch(works::isTaking)) {
      return;
    }
    try {
      ScanPage scanned = works.engine().scan(partition, null, PAGE_RECORDS, PAGE_BYTES);
      if (scanned.entries().isEmpty() && scanned.corrupt().isEmpty()) {
        return;
      }
      page =
          new LeftoverPage(
              configuration,
              scanned.entries().stream()
                  .map(entry -> KeyVersion.of(entry.key(), entry.entry()))
                  .toList());
      corrupt = scanned.corrupt();
      pageId = nextId;
      deadlineNanos = nowNanos + PAGE_TIMEOUT.toNanos();
      configuration.members().forEach(member -> ask(member, configuration));
    } catch (StorageException e) {
      log.warn("could not read what is left of partition {}", partition, e);
    }
  }

  private void ask(NodeId member, Configuration configuration) {
    String address = works.peers().get().address(member);
    if (page != null && address != null) {
      ComparisonHeader header =
          new ComparisonHeader(
              pageId,
              0,
              works.self(),
              works.incarnation(),
              member,
              configuration.partition(),
              configuration.epoch());
      works.transport().send(address, new TombstoneMessage.Asked(header, page.records()));
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
    try {
      Entry entry = works.engine().read(configuration.partition(), key);
      if (peer != null && entry != null) {
        int round = ++lastRound;
        offers.put(round, new Offer(member, key));
        peer.replica()
            .tell(
                new Ask(
                    new ReplicaRequest.Write(key, configuration.epoch(), entry, WriteOrigin.HINT),
                    peer.incarnation(),
                    round,
                    deadlineNanos,
                    replyTo));
      }
    } catch (StorageException e) {
      log.warn("could not read what is left of partition {}", configuration.partition(), e);
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
