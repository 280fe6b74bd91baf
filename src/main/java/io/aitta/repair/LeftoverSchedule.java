package io.aitta.repair;

import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.TombstoneMessage;
import io.aitta.partition.ConfigurationTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When a node gives back what it holds of partitions that it left, and what was set aside of those
 * that it came back to: in turns, a page at a time. Of a page the members are asked what they hold,
 * what they lack is offered to them, and once that is settled the page may be removed (protocol
 * rules 7 and 8). A page ends unsettled when its time is over, when a member says nothing, or when
 * the configuration changes; the next turn sees it again.
 */
public final class LeftoverSchedule {
  private final NodeId self;
  private final Incarnation incarnation;
  private final Duration interval;
  private final Duration pageTimeout;
  private final ArrayDeque<PartitionId> unseen = new ArrayDeque<>(); // in this turn
  private final Map<Integer, LeftoverOffer> offers = new HashMap<>(); // of this page, by round
  private @Nullable Page page;
  private long nextTurnNanos;
  private int lastRound;

  /** What is asked about now. */
  private record Page(
      long id, PartitionId space, LeftoverPage asked, List<Key> corrupt, long deadlineNanos) {}

  /**
   * Begins its first turn an interval from now.
   *
   * @param interval between two turns
   * @param pageTimeout for how long answers about a page are waited for
   * @param firstRound begins anywhere: a late reply to an earlier run settles nothing of this one
   */
  public LeftoverSchedule(
      NodeId self,
      Incarnation incarnation,
      Duration interval,
      Duration pageTimeout,
      int firstRound,
      long nowNanos) {
    this.self = self;
    this.incarnation = incarnation;
    this.interval = interval;
    this.pageTimeout = pageTimeout;
    this.lastRound = firstRound;
    this.nextTurnNanos = nowNanos + interval.toNanos();
  }

  /** Whether a page was begun and has not ended. */
  public boolean isUnderWay() {
    return page != null;
  }

  /**
   * The space to read a page of next, which is then begun if it holds anything.
   *
   * @param isTaking who is alive and serves
   * @return null while a page is under way, and if the turn has seen everything
   */
  public @Nullable PartitionId next(
      ConfigurationTable configurations, Predicate<NodeId> isTaking, long nowNanos) {
    if (page != null) {
      return null;
    }
    if (unseen.isEmpty() && nowNanos - nextTurnNanos >= 0) {
      nextTurnNanos = nowNanos + interval.toNanos();
      for (Configuration configuration : configurations.all()) {
        unseen.add(configuration.partition());
        unseen.add(configuration.partition().setAside());
      }
    }
    PartitionId next = unseen.poll();
    while (next != null && !mayBeGiven(next, configurations, isTaking)) {
      next = unseen.poll();
    }
    return next;
  }

  private boolean mayBeGiven(
      PartitionId space, ConfigurationTable configurations, Predicate<NodeId> isTaking) {
    Configuration configuration = configurations.configuration(space.origin());
    return (space.isSetAside() || !configuration.hasReplica(self))
        && !configuration.isJoint()
        && configurations.isServed(space.origin())
        && configuration.members().stream().allMatch(isTaking);
  }

  /**
   * Begins a page.
   *
   * @param configuration of the partition whose leftovers these are
   * @param corrupt keys of what cannot be read
   * @param id that no other page or proof has
   * @return what the members are to be asked, this node included if it is one
   */
  public List<TombstoneMessage> begin(
      PartitionId space,
      Configuration configuration,
      List<KeyVersion> records,
      List<Key> corrupt,
      long id,
      long nowNanos) {
    page =
        new Page(
            id,
            space,
            new LeftoverPage(configuration, records),
            List.copyOf(corrupt),
            nowNanos + pageTimeout.toNanos());
    return configuration.members().stream()
        .<TombstoneMessage>map(
            member ->
                new TombstoneMessage.Asked(
                    new ComparisonHeader(
                        id,
                        0,
                        self,
                        incarnation,
                        member,
                        configuration.partition(),
                        configuration.epoch()),
                    records))
        .toList();
  }

  /** Records what a member holds, if that is about this page, and tells what to offer it. */
  public List<LeftoverOffer> recordConfirmed(TombstoneMessage.Confirmed confirmed) {
    Page now = page;
    ComparisonHeader header = confirmed.header();
    if (now == null || header.id() != now.id()) {
      return List.of();
    }
    List<LeftoverOffer> lacking =
        now.asked().recordConfirmed(header.from(), confirmed.held()).stream()
            .map(
                record ->
                    new LeftoverOffer(
                        ++lastRound,
                        header.from(),
                        now.space(),
                        record.key(),
                        now.asked().configuration().epoch()))
            .toList();
    lacking.forEach(offer -> offers.put(offer.round(), offer));
    return lacking;
  }

  /** Records what became of an offer. */
  public void recordReplied(int round, ReplicaReply reply) {
    LeftoverOffer offer = offers.remove(round);
    boolean isSettled =
        reply instanceof ReplicaReply.Wrote
            || (reply instanceof ReplicaReply.Refused refused
                && refused.reason() == RefusalReason.IN_QUESTION);
    if (offer != null && page != null && isSettled) {
      page.asked().recordSettled(offer.member(), offer.key());
    }
  }

  /** The time until which answers about the page are waited for; meaningless without one. */
  public long deadlineNanos() {
    return page == null ? 0 : page.deadlineNanos();
  }

  /**
   * Ends the page if it is settled or over; there may be more where a settled one was.
   *
   * @return what is to be removed; null if nothing is
   */
  public @Nullable LeftoverRemoval end(ConfigurationTable configurations, long nowNanos) {
    Page now = page;
    if (now == null) {
      return null;
    }
    Configuration configuration = now.asked().configuration();
    boolean isOver =
        now.asked().isRefused()
            || nowNanos - now.deadlineNanos() >= 0
            || !configuration.equals(configurations.configuration(configuration.partition()));
    boolean isSettled = now.asked().isComplete() && !isOver;
    if (isSettled || isOver) {
      page = null;
      offers.clear();
    }
    if (!isSettled) {
      return null;
    }
    unseen.addLast(now.space());
    return new LeftoverRemoval(configuration, now.space(), now.asked().records(), now.corrupt());
  }
}
