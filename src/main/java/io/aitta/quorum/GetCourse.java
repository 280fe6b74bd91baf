package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.quorum.ReplicaView.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The course of one get, from its first send to the last background repair. A plain state machine:
 * replies and the deadline in, {@link GetStep}s out. The read of an atomic register (Attiya,
 * Bar-Noy and Dolev 1995, section 3), whose write-back phase goes only to those that need it.
 *
 * <ul>
 *   <li>At {@link Consistency#ONE} the local replica is asked first and gets a head start; the
 *       first visible copy is the answer, unless a tombstone newer than it was already seen. A
 *       tombstone is no copy, so the others are asked on.
 *   <li>At more, all replicas are asked at once. The newest version among the first R answers is
 *       the answer as soon as R replicas of every set hold it or a newer one; those of them that
 *       are stale are repaired first (protocol rules 2 and 3). A repair that is superseded makes
 *       the higher version the result.
 *   <li>A repair names how often its replica had dropped tombstones when it said what it holds. If
 *       it dropped some since, whether the answer is alive is in question, and all are asked anew
 *       (rule 8).
 *   <li>"Not found" needs a majority of the members that said what they hold, at any consistency:
 *       fewer say nothing of a value that a majority acknowledged.
 *   <li>A replica that joined and has not loaded yet is no source; it is given the answer before it
 *       is answered, where its set needs it.
 *   <li>An expired entry is answered as "not found" only once R replicas have a hybrid time at or
 *       past the expiry: then no later reader can judge it unexpired. Those whose time lags get it
 *       with a repair; if theirs does not follow the answer is "unavailable", never the expired
 *       entry (rule 11).
 *   <li>After the answer the course collects until all answered or the deadline, and repairs whom
 *       it found stale, without waiting.
 * </ul>
 */
public final class GetCourse {
  private final GetPlan plan;
  private final Map<NodeId, ReplicaView> replicas = new LinkedHashMap<>();
  private Configuration configuration;
  private int round; // rises with every configuration and every repair, so no reply is mistaken
  private boolean isAnswered;
  private boolean isOver;

  /** Begins nothing yet: call {@link #begin}. */
  public GetCourse(GetPlan plan) {
    this.plan = plan;
    this.configuration = plan.configuration();
  }

  /** Sends the reads, or answers at once that too few replicas are alive. Call it once, first. */
  public GetStep begin() {
    Refusal refusal = Refusals.beforeSending(configuration, plan.consistency(), this::isDead);
    return refusal == null ? start() : finish(refusal);
  }

  /**
   * Records a replica's answer to a read or a repair.
   *
   * @param ofRound the round of the send that it answers
   * @param time the replica's hybrid time when it answered
   */
  public GetStep replied(NodeId node, int ofRound, ReplicaReply reply, HybridTime time) {
    ReplicaView view = replicas.get(node);
    if (isOver || view == null || ofRound != view.round()) {
      return GetStep.NOTHING;
    }
    if (reply instanceof ReplicaReply.Copy copy) {
      view.recordHeld(copy.entry(), time);
      view.recordDrops(copy.drops());
    } else if (reply instanceof ReplicaReply.Wrote wrote) {
      recordRepaired(view, wrote, time);
    } else if (reply instanceof ReplicaReply.Refused refused) {
      Configuration newer = refused.newer();
      if (!isAnswered && newer != null && newer.epoch().compareTo(configuration.epoch()) > 0) {
        return adopt(newer);
      }
      if (!isAnswered && refused.reason() == RefusalReason.IN_QUESTION) {
        return start();
      }
      recordRefused(view, refused.reason());
    }
    return evaluate();
  }

  /** Whether {@link #askAgain} is to be called soon: a replica's configuration is changing. */
  public boolean wantsToAskAgain() {
    return !isAnswered && replicas.values().stream().anyMatch(view -> view.is(State.POSTPONED));
  }

  /** Asks those again whose configuration was changing. */
  public GetStep askAgain() {
    return wantsToAskAgain() ? GetStep.sending(ask(State.POSTPONED)) : GetStep.NOTHING;
  }

  /** Records that the local replica's head start is over: the others are asked too. */
  public GetStep headStartOver() {
    return isOver || isAnswered ? GetStep.NOTHING : GetStep.sending(askAll());
  }

  /** Records that time is up. */
  public GetStep deadlineReached() {
    if (isOver) {
      return GetStep.NOTHING;
    }
    isOver = true;
    GetOutcome answer = isAnswered ? null : new GetOutcome.Unavailable(unanswered());
    isAnswered = true;
    return new GetStep(backgroundRepairs(), answer, false, true);
  }

  private GetStep start() {
    round++;
    replicas.clear();
    for (NodeId node : configuration.replicas()) {
      ReplicaView view = new ReplicaView(node);
      replicas.put(node, view);
      if (isDead(node)) {
        view.recordFailed(RefusalReason.DEAD);
      }
    }
    ReplicaView local = replicas.get(plan.self());
    if (plan.consistency() == Consistency.ONE && local != null && local.is(State.UNASKED)) {
      return new GetStep(List.of(ask(local)), null, replicas.size() > 1, false);
    }
    return GetStep.sending(askAll());
  }

  private GetStep adopt(Configuration newer) {
    configuration = newer;
    return begin();
  }

  private List<Send> askAll() {
    return ask(State.UNASKED);
  }

  private List<Send> ask(State those) {
    List<Send> sends = new ArrayList<>();
    for (ReplicaView view : replicas.values()) {
      if (view.is(those)) {
        sends.add(ask(view));
      }
    }
    return sends;
  }

  private Send ask(ReplicaView view) {
    view.becomeAsked(round);
    return new Send(view.node(), round, new ReplicaRequest.Read(plan.key(), configuration.epoch()));
  }

  private static void recordRepaired(ReplicaView view, ReplicaReply.Wrote wrote, HybridTime time) {
    if (wrote.held() != null) {
      view.recordHeld(wrote.held(), time);
    } else if (view.repairSent() != null) {
      view.recordHeld(view.repairSent(), time);
    }
  }

  private static void recordRefused(ReplicaView view, RefusalReason reason) {
    // What a replica said that it holds stays true if only its repair was refused.
    if (view.is(State.HELD)) {
      view.recordRepairFailed(reason);
    } else if (reason == RefusalReason.CONFIGURATION_CHANGING
        && (view.is(State.ASKED) || view.is(State.POSTPONED))) {
      view.becomePostponed();
    } else if (reason == RefusalReason.LOADING) {
      view.becomeLoading();
    } else {
      view.recordFailed(reason);
    }
  }

  private GetStep evaluate() {
    if (isAnswered) {
      return finishIfComplete(null, List.of());
    }
    Entry newest = newest();
    HybridTime now = judgedAt();
    return plan.consistency() == Consistency.ONE
        ? evaluateOne(newest, now)
        : evaluateMany(newest, now);
  }

  private GetStep evaluateOne(@Nullable Entry newest, HybridTime now) {
    if (newest != null && newest.isVisibleAt(now)) {
      return answer(new GetOutcome.Found(newest, holders(newest.version())));
    }
    return evaluateNotFound(newest);
  }

  /** As many replicas as the consistency asks for have no value to show. */
  private GetStep evaluateNotFound(@Nullable Entry newest) {
    if (hasMajoritySaid()) {
      return answer(new GetOutcome.NotFound(newest == null ? Version.NONE : newest.version()));
    }
    boolean isHopeless = replicas.values().stream().allMatch(this::isDone);
    return isHopeless ? answer(new GetOutcome.Unavailable(failed())) : GetStep.sending(askAll());
  }

  /** Whether a majority of the members said what they hold. */
  private boolean hasMajoritySaid() {
    return Quorums.isReached(
        configuration.members(), Consistency.QUORUM, node -> is(node, State.HELD));
  }

  private GetStep evaluateMany(@Nullable Entry newest, HybridTime now) {
    if (!isPossible()) {
      return answer(new GetOutcome.Unavailable(failed()));
    }
    if (!Quorums.isReached(
        configuration.members(), plan.consistency(), node -> is(node, State.HELD))) {
      return GetStep.NOTHING;
    }
    if (Quorums.isReached(configuration, plan.consistency(), node -> settles(node, newest, now))) {
      return newest != null && newest.isVisibleAt(now)
          ? answer(new GetOutcome.Found(newest, holders(newest.version())))
          : evaluateNotFound(newest);
    }
    if (newest == null) {
      return GetStep.NOTHING;
    }
    List<Send> repairs = new ArrayList<>();
    for (ReplicaView view : replicas.values()) {
      if ((view.is(State.HELD) || view.is(State.LOADING))
          && !settles(view.node(), newest, now)
          && !view.wasRepairedTo(newest.version())) {
        repairs.add(repair(view, newest));
      }
    }
    return GetStep.sending(repairs);
  }

  /** Whether the node's copy supports answering with the newest entry. */
  private boolean settles(NodeId node, @Nullable Entry newest, HybridTime now) {
    ReplicaView view = replicas.get(node);
    if (newest == null) {
      return view != null && (view.is(State.HELD) || view.is(State.LOADING));
    }
    if (view == null || !view.is(State.HELD)) {
      return false;
    }
    return !newest.version().isNewerThan(view.version())
        && (!newest.isExpiredAt(now) || newest.isExpiredAt(view.time()));
  }

  private boolean isPossible() {
    return Quorums.isReached(
        configuration,
        plan.consistency(),
        node -> {
          ReplicaView view = replicas.get(node);
          return view != null && !view.is(State.FAILED) && !view.hasRepairFailed();
        });
  }

  private boolean isDone(ReplicaView view) {
    return view.is(State.HELD) || view.is(State.LOADING) || view.is(State.FAILED);
  }

  private GetStep answer(GetOutcome outcome) {
    isAnswered = true;
    return finishIfComplete(outcome, List.of());
  }

  private GetStep finish(Refusal refusal) {
    isAnswered = true;
    isOver = true;
    return new GetStep(List.of(), new GetOutcome.Unavailable(refusal), false, true);
  }

  private GetStep finishIfComplete(@Nullable GetOutcome answer, List<Send> sends) {
    if (replicas.values().stream().anyMatch(view -> view.is(State.ASKED))) {
      return new GetStep(sends, answer, false, false);
    }
    isOver = true;
    return new GetStep(backgroundRepairs(), answer, false, true);
  }

  /** Repairs for every replica that was found stale. */
  private List<Send> backgroundRepairs() {
    Entry newest = newest();
    List<Send> repairs = new ArrayList<>();
    if (newest == null) {
      return repairs;
    }
    for (ReplicaView view : replicas.values()) {
      boolean isStale = view.is(State.HELD) && newest.version().isNewerThan(view.version());
      if (isStale && !view.wasRepairedTo(newest.version())) {
        repairs.add(repair(view, newest));
      }
    }
    return repairs;
  }

  private Send repair(ReplicaView view, Entry newest) {
    round++;
    view.recordRepair(newest, round);
    return new Send(
        view.node(),
        round,
        new ReplicaRequest.Write(
            plan.key(), configuration.epoch(), newest, WriteOrigin.REPAIR, view.drops()));
  }

  private @Nullable Entry newest() {
    Entry newest = null;
    for (ReplicaView view : replicas.values()) {
      Entry entry = view.entry();
      if (entry != null && (newest == null || entry.version().isNewerThan(newest.version()))) {
        newest = entry;
      }
    }
    return newest;
  }

  /**
   * The latest hybrid time that is known: expiry is judged by it, so no two readers disagree for
   * long. The coordinator's own part of it need not be durable: it only keeps an entry from being
   * found, and {@link #settles} asks for what replicas report.
   */
  private HybridTime judgedAt() {
    HybridTime latest = plan.time();
    for (ReplicaView view : replicas.values()) {
      latest = latest.max(view.time());
    }
    return latest;
  }

  private int holders(Version version) {
    int holders = 0;
    for (ReplicaView view : replicas.values()) {
      if (view.is(State.HELD) && !version.isNewerThan(view.version())) {
        holders++;
      }
    }
    return holders;
  }

  private boolean is(NodeId node, State state) {
    ReplicaView view = replicas.get(node);
    return view != null && view.is(state);
  }

  private boolean isDead(NodeId node) {
    return plan.dead().contains(node);
  }

  private Refusal failed() {
    Map<NodeId, RefusalReason> refused = new LinkedHashMap<>();
    for (ReplicaView view : replicas.values()) {
      RefusalReason reason = view.reason();
      if (reason != null) {
        refused.put(view.node(), reason);
      }
    }
    return Refusals.tooManyRefused(configuration, wanted(), refused);
  }

  /**
   * What was short: the consistency, or the majority that "not found" needs once the consistency
   * was reached without a value to show.
   */
  private Consistency wanted() {
    Entry newest = newest();
    boolean isVisible = newest != null && newest.isVisibleAt(judgedAt());
    boolean isReached =
        Quorums.isReached(
            configuration.members(), plan.consistency(), node -> is(node, State.HELD));
    return isReached && !isVisible && !hasMajoritySaid() ? Consistency.QUORUM : plan.consistency();
  }

  private Refusal unanswered() {
    List<NodeId> silent =
        replicas.values().stream()
            .filter(view -> !view.is(State.HELD))
            .map(ReplicaView::node)
            .toList();
    Consistency needed = wanted();
    int wanted = needed.required(configuration.members().size());
    int heard = replicas.size() - silent.size();
    return new Refusal(
        Refusal.Code.TOO_FEW_REPLICAS,
        needed + " needs [" + wanted + "] replicas, [" + heard + "] answered by the deadline",
        wanted,
        heard,
        silent);
  }
}
