package io.aitta.quorum;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.quorum.ReplicaProgress.Hint;
import io.aitta.quorum.ReplicaProgress.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The course of one put or delete, from its first send to its settled receipt (Dynamo §4.5, with
 * the rules of an atomic register on top). A plain state machine: replies and the deadline in,
 * {@link PutStep}s out.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>phase</th><th>event</th><th>next</th><th>why</th></tr>
 * <tr><td>begin</td><td>the consistency asks for more members than there are, or more than are alive</td>
 *   <td>over: refused</td><td>nothing was sent, no hint is kept</td></tr>
 * <tr><td>counting</td><td>W replicas of every set applied it</td><td>collecting: written</td><td></td></tr>
 * <tr><td>counting</td><td>a majority of the members holds a newer version and never applied this one, by the
 *   first configuration by which it may have been applied or the next; or all answered, none applied by this
 *   configuration or an earlier one, and one holds a newer version or dropped one that may have been (rule
 *   8)</td><td>restamping</td>
 *   <td>the first version can never be returned by a majority read (protocol rule 1)</td></tr>
 * <tr><td>counting</td><td>a replica knows a newer configuration</td><td>counting, by the newer one, from
 *   zero</td><td>acknowledgements are idempotent, and counting again keeps them apart; the version stays</td></tr>
 * <tr><td>counting, collecting</td><td>a replica's configuration is changing</td><td>the same; it is asked again by
 *   {@link #askAgain}</td><td>it applied nothing, and will know more soon</td></tr>
 * <tr><td>counting</td><td>all answered, and none applied or may have</td><td>over: refused</td><td></td></tr>
 * <tr><td>counting</td><td>W cannot be reached any more, or the deadline</td><td>collecting: may have been
 *   applied</td><td>a replica that failed or is silent may still apply it</td></tr>
 * <tr><td>restamping</td><td>a fresh version</td><td>counting</td><td>sent to all under the new version</td></tr>
 * <tr><td>collecting</td><td>all answered, or the deadline</td><td>hinting</td>
 *   <td>the version is final, so a hint of it can never bring back a value that was re-stamped</td></tr>
 * <tr><td>hinting</td><td>every hint was kept or was refused</td><td>over: settled</td><td></td></tr>
 * <tr><td>hinting</td><td>the hints are overdue</td><td>over: settled</td>
 *   <td>a disk that hangs holds up no request for ever</td></tr>
 * </table>
 *
 * <p>A replica that holds a newer version counts for no acknowledgement, at {@link Consistency#ALL}
 * neither: of two puts that race at ALL the older one may thus end as "may have been applied".
 *
 * <p>What the members never applied says nothing of members two configurations before: these may
 * have shown the put to a reader. <em>Without:</em> {A,B,C} to {C,D,E}, x applied at A, the rest
 * slow; read {A,B} repairs B and returns x; a delete is acknowledged by B and C, which is what C, D
 * and E load; all of them never applied x, the put is re-stamped, and the deleted key is back.
 *
 * <p>A replica that applied the put and overwrote it since counts as one that holds it, since a
 * majority that applied it had nothing newer. But not once there was an earlier configuration: a
 * newcomer applies a put before it merges what is older and has a higher version. <em>Without:</em>
 * {A} to {B}, x acknowledged by A from a clock that is ahead; y reaches B, which then merges x; B
 * alone is asked again, acknowledges y, and a later read returns x.
 */
public final class PutCourse {
  private enum Phase {
    COUNTING,
    RESTAMPING,
    COLLECTING,
    HINTING,
    OVER
  }

  private final PutPlan plan;
  private final Map<NodeId, ReplicaProgress> replicas = new LinkedHashMap<>();
  private Phase phase = Phase.COUNTING;
  private Configuration configuration;
  private Entry entry;
  private WriteOrigin origin = WriteOrigin.PUT;
  private int round; // rises with every attempt
  private boolean mayHaveAppliedEarlier; // a replica may hold the entry under an earlier version
  private @Nullable Epoch mayHaveAppliedBy; // the first earlier configuration; of this version
  private final Set<NodeId> mayHold = new HashSet<>(); // of this version, by earlier configurations
  private boolean isAskedOnce = true; // this version was applied by no configuration before
  private Version newestHeld = Version.NONE;

  /** Begins nothing yet: call {@link #begin}. */
  public PutCourse(PutPlan plan) {
    this.plan = plan;
    this.configuration = plan.configuration();
    this.entry = plan.entry();
  }

  /**
   * Sends to every replica that is not known to be dead, or refuses at once. Call it once, first.
   */
  public PutStep begin() {
    Refusal refusal = Refusals.beforeSending(configuration, plan.consistency(), this::isDead);
    if (refusal != null) {
      return refuse(refusal);
    }
    return PutStep.sending(ask());
  }

  /**
   * Records a replica's answer.
   *
   * @param ofRound the round of the send that it answers
   * @param elapsed since the put began
   */
  public PutStep replied(NodeId node, int ofRound, ReplicaReply reply, Duration elapsed) {
    ReplicaProgress progress = replicas.get(node);
    if (phase == Phase.OVER || ofRound != round || progress == null || !progress.is(State.ASKED)) {
      return PutStep.NOTHING;
    }
    if (reply instanceof ReplicaReply.Wrote wrote) {
      recordWrote(progress, wrote, elapsed);
    } else if (reply instanceof ReplicaReply.Refused refused) {
      boolean isPostponed = refused.reason() == RefusalReason.CONFIGURATION_CHANGING;
      progress.record(isPostponed ? State.POSTPONED : State.FAILED, refused.reason(), elapsed);
      Configuration newer = refused.newer();
      if (phase == Phase.COUNTING
          && newer != null
          && newer.epoch().compareTo(configuration.epoch()) > 0) {
        return adopt(newer);
      }
    } else {
      progress.record(State.FAILED, RefusalReason.STORAGE_FAILED, elapsed);
    }
    return switch (phase) {
      case COUNTING -> count();
      case COLLECTING -> collect();
      case RESTAMPING, HINTING, OVER -> PutStep.NOTHING;
    };
  }

  /**
   * Continues with a fresh version. One that comes after the deadline is of no use any more.
   *
   * @param version above the one that was asked for
   * @param exempt whether it is further ahead of the clock than the bound, which its predecessor at
   *     a replica justifies (protocol rule 13)
   */
  public PutStep restamped(Version version, boolean exempt) {
    if (phase != Phase.RESTAMPING) {
      return PutStep.NOTHING;
    }
    phase = Phase.COUNTING;
    entry = entry.withVersion(version);
    origin = exempt ? WriteOrigin.RESTAMPED_PUT : WriteOrigin.PUT;
    // A majority read never returns the earlier version, but a read at ONE may: it stays "may have
    // been".
    mayHaveAppliedEarlier |= mayHaveAppliedBy != null || mayHaveApplied();
    mayHaveAppliedBy = null;
    mayHold.clear();
    return PutStep.sending(ask());
  }

  /** Whether {@link #askAgain} is to be called soon: a replica's configuration is changing. */
  public boolean wantsToAskAgain() {
    return (phase == Phase.COUNTING || phase == Phase.COLLECTING)
        && replicas.values().stream().anyMatch(one -> one.is(State.POSTPONED));
  }

  /** Asks those again whose configuration was changing. */
  public PutStep askAgain() {
    if (!wantsToAskAgain()) {
      return PutStep.NOTHING;
    }
    List<Send> sends = new ArrayList<>();
    replicas.forEach(
        (node, progress) -> {
          if (progress.is(State.POSTPONED)) {
            progress.becomeAsked();
            sends.add(write(node));
          }
        });
    return PutStep.sending(sends);
  }

  /** Records that time is up. */
  public PutStep deadlineReached() {
    for (ReplicaProgress progress : replicas.values()) {
      if (progress.is(State.POSTPONED)) {
        progress.record(State.FAILED, RefusalReason.CONFIGURATION_CHANGING, null);
      }
    }
    return switch (phase) {
      case COUNTING, RESTAMPING -> {
        PutStep answered = giveUp();
        yield phase == Phase.COLLECTING ? answered.followedBy(hint()) : answered;
      }
      case COLLECTING -> hint();
      case HINTING, OVER -> PutStep.NOTHING;
    };
  }

  /** Records whether a hint was kept. */
  public PutStep hintKept(NodeId node, boolean isKept) {
    ReplicaProgress progress = replicas.get(node);
    if (progress == null || progress.hint() != Hint.WANTED) {
      return PutStep.NOTHING;
    }
    progress.recordHint(isKept ? Hint.KEPT : Hint.NONE);
    return phase == Phase.HINTING ? settleWhenHinted(List.of()) : PutStep.NOTHING;
  }

  /**
   * Records that hints were waited for long enough. Those of which nothing was heard may be kept
   * all the same; the receipt does not say so.
   */
  public PutStep hintsOverdue() {
    if (phase != Phase.HINTING) {
      return PutStep.NOTHING;
    }
    for (ReplicaProgress progress : replicas.values()) {
      if (progress.hint() == Hint.WANTED) {
        progress.recordHint(Hint.NONE);
      }
    }
    return settleWhenHinted(List.of());
  }

  /** The entry under its present version: what a hint must hold. */
  public Entry entry() {
    return entry;
  }

  /** The configuration that the course counts by. */
  public Configuration configuration() {
    return configuration;
  }

  /** What is known now. */
  public Receipt receipt() {
    List<ReplicaReceipt> receipts = new ArrayList<>();
    replicas.forEach(
        (node, progress) ->
            receipts.add(
                progress.receipt(plan.zones().getOrDefault(node, ""), mayHold.contains(node))));
    return new Receipt(
        entry.version(),
        configuration.epoch(),
        plan.consistency().required(configuration.members().size()),
        plan.replicationFactor(),
        plan.durability(),
        receipts);
  }

  private List<Send> ask() {
    round++;
    isAskedOnce = mayHaveAppliedBy == null;
    replicas.keySet().retainAll(configuration.replicas());
    List<Send> sends = new ArrayList<>();
    for (NodeId node : configuration.replicas()) {
      ReplicaProgress progress = replicas.computeIfAbsent(node, ReplicaProgress::new);
      if (isDead(node)) {
        progress.record(State.FAILED, RefusalReason.DEAD, null);
      } else {
        progress.becomeAsked();
        sends.add(write(node));
      }
    }
    return sends;
  }

  private Send write(NodeId node) {
    return new Send(
        node, round, new ReplicaRequest.Write(plan.key(), configuration.epoch(), entry, origin));
  }

  private void recordWrote(ReplicaProgress progress, ReplicaReply.Wrote wrote, Duration elapsed) {
    if (wrote.held() != null && wrote.held().version().isNewerThan(newestHeld)) {
      newestHeld = wrote.held().version();
    }
    progress.record(
        switch (wrote.result()) {
          case APPLIED -> State.APPLIED;
          case APPLIED_SINCE_OVERWRITTEN -> isAskedOnce ? State.APPLIED : State.SUPERSEDED_UNKNOWN;
          case SUPERSEDED -> State.SUPERSEDED;
          case SUPERSEDED_UNKNOWN -> State.SUPERSEDED_UNKNOWN;
          case BELOW_HORIZON -> State.BELOW_HORIZON;
        },
        null,
        elapsed);
  }

  private PutStep count() {
    if (isWritten()) {
      return answer(new PutOutcome.Written(receipt()));
    }
    boolean allAnswered = !isOutstanding();
    boolean nobodyApplied =
        replicas.values().stream().allMatch(ReplicaProgress::isCertainlyNotApplied);
    boolean someoneHoldsNewer =
        replicas.values().stream()
            .anyMatch(one -> one.is(State.SUPERSEDED) || one.is(State.BELOW_HORIZON));
    if ((doMembersKnow()
            && Quorums.isReached(
                configuration.members(), Consistency.QUORUM, node -> is(node, State.SUPERSEDED)))
        || (allAnswered && nobodyApplied && someoneHoldsNewer && mayHaveAppliedBy == null)) {
      phase = Phase.RESTAMPING;
      return new PutStep(List.of(), null, newestHeld, List.of(), false);
    }
    boolean isPossible =
        Quorums.isReached(
            configuration,
            plan.consistency(),
            node -> is(node, State.APPLIED) || isOutstanding(node));
    // A majority that is superseded may still come, or nobody may have applied it: then W is
    // reached
    // under another version.
    boolean mayBeRestamped =
        someoneHoldsNewer
            && ((doMembersKnow()
                    && Quorums.isReached(
                        configuration.members(),
                        Consistency.QUORUM,
                        node -> is(node, State.SUPERSEDED) || isOutstanding(node)))
                || (replicas.values().stream().anyMatch(one -> one.is(State.BELOW_HORIZON))
                    && mayHaveAppliedBy == null
                    && replicas.values().stream()
                        .allMatch(one -> one.isOutstanding() || one.isCertainlyNotApplied())));
    return isPossible || (mayBeRestamped && !allAnswered) ? PutStep.NOTHING : giveUp();
  }

  /** Whether a majority of the members shows that no majority ever applied this version. */
  private boolean doMembersKnow() {
    return mayHaveAppliedBy == null || mayHaveAppliedBy.next().equals(configuration.epoch());
  }

  /** Ends an attempt that did not reach W. */
  private PutStep giveUp() {
    return giveUp(notApplied());
  }

  /**
   * Ends an attempt that did not reach W: refused for that reason if nobody may have applied it.
   */
  private PutStep giveUp(Refusal refusal) {
    if (!mayHaveAppliedEarlier && mayHaveAppliedBy == null && !mayHaveApplied()) {
      return refuse(refusal);
    }
    return answer(new PutOutcome.MaybeApplied(receipt()));
  }

  private PutStep answer(PutOutcome outcome) {
    phase = Phase.COLLECTING;
    return PutStep.answering(outcome).followedBy(collect());
  }

  private PutStep collect() {
    return isOutstanding() ? PutStep.NOTHING : hint();
  }

  private PutStep hint() {
    phase = Phase.HINTING;
    List<NodeId> wanted = new ArrayList<>();
    if (wasFoundAhead() && !isWritten()) {
      return settleWhenHinted(wanted);
    }
    replicas.forEach(
        (node, progress) -> {
          if (progress.needsHint()) {
            progress.recordHint(Hint.WANTED);
            wanted.add(node);
          }
        });
    return settleWhenHinted(wanted);
  }

  /**
   * Whether a replica found the version too far ahead of its clock. A hint is not checked against
   * it, so one of a version that no quorum took would carry past the bound what the bound is there
   * to stop (protocol rule 13).
   */
  private boolean wasFoundAhead() {
    return replicas.values().stream().anyMatch(one -> one.reason() == RefusalReason.CLOCK_AHEAD);
  }

  private boolean isWritten() {
    return Quorums.isReached(configuration, plan.consistency(), node -> is(node, State.APPLIED));
  }

  private PutStep settleWhenHinted(List<NodeId> wanted) {
    if (replicas.values().stream().anyMatch(one -> one.hint() == Hint.WANTED)) {
      return new PutStep(List.of(), null, null, wanted, false);
    }
    phase = Phase.OVER;
    return new PutStep(List.of(), null, null, List.of(), true);
  }

  private PutStep adopt(Configuration newer) {
    if (mayHaveAppliedBy == null && mayHaveApplied()) {
      mayHaveAppliedBy = configuration.epoch();
    }
    replicas.forEach(
        (node, progress) -> {
          if (progress.mayHaveApplied()) {
            mayHold.add(node);
          }
        });
    configuration = newer;
    Refusal refusal = Refusals.beforeSending(newer, plan.consistency(), this::isDead);
    return refusal == null ? PutStep.sending(ask()) : giveUp(refusal);
  }

  private PutStep refuse(Refusal refusal) {
    phase = Phase.OVER;
    return new PutStep(List.of(), new PutOutcome.Refused(refusal), null, List.of(), true);
  }

  private boolean is(NodeId node, State state) {
    ReplicaProgress progress = replicas.get(node);
    return progress != null && progress.is(state);
  }

  private boolean isDead(NodeId node) {
    return plan.dead().contains(node);
  }

  private boolean isOutstanding() {
    return replicas.values().stream().anyMatch(ReplicaProgress::isOutstanding);
  }

  private boolean isOutstanding(NodeId node) {
    ReplicaProgress progress = replicas.get(node);
    return progress != null && progress.isOutstanding();
  }

  private boolean mayHaveApplied() {
    return replicas.values().stream().anyMatch(ReplicaProgress::mayHaveApplied);
  }

  private Refusal notApplied() {
    Map<NodeId, RefusalReason> refused = new LinkedHashMap<>();
    replicas.forEach(
        (node, progress) -> {
          if (progress.reason() != null) {
            refused.put(node, progress.reason());
          }
        });
    return Refusals.tooManyRefused(configuration, plan.consistency(), refused);
  }
}
