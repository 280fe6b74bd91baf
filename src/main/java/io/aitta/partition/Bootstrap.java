package io.aitta.partition;

import io.aitta.model.Ballot;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster is founded, on one node (protocol rule 14): when as many empty nodes as are wanted
 * are up, they decide one {@link Founding} by single-decree Paxos (Lamport 2001, section 2.2), and
 * serve once every one of them stored it. A plain state machine; monotonic time is passed in, and
 * the cluster id that this node would propose.
 *
 * <p>Our quorums are all founders of a value, not a majority: nothing may be served before all of
 * them stored it anyway, and then two groups that have a node in common cannot decide differently,
 * whoever saw whom first. Groups that have none in common can: {@code aitta.bootstrap.nodes} must
 * be more than half of the nodes that are started, and should be all of them.
 *
 * <table>
 * <caption>Phases</caption>
 * <tr><th>phase</th><th>leaves when</th></tr>
 * <tr><td>WAITING</td><td>enough empty nodes of one shape are up, and none belongs to a cluster</td></tr>
 * <tr><td>AGREEING</td><td>all founders accepted a value, or one says what was decided</td></tr>
 * <tr><td>STORING</td><td>all founders stored it, or one says that it is active</td></tr>
 * <tr><td>ACTIVE</td><td>never</td></tr>
 * </table>
 */
public final class Bootstrap {
  /** How long a proposer waits for answers, times its rank, before it tries again. */
  private static final long PATIENCE_MILLIS = 400;

  /** What the node is waiting for. */
  public enum Phase {
    WAITING,
    AGREEING,
    STORING,
    ACTIVE
  }

  private final PeerDescription self;
  private final ClusterShape shape;
  private final int wanted;
  private final ClusterId proposedId;
  private FoundingState state;
  private String condition = "starting";
  private @Nullable FoundingProposal proposal; // null unless this node proposes now
  private @Nullable Founding foreign; // accepted by someone: must be proposed instead of our own
  private final Set<NodeId> storedBy = new HashSet<>(); // contains this node once it stored
  private long highestRound; // seen anywhere
  private boolean hasWaited; // a higher rank leaves the first chance to the lower ones
  private long quietUntilMillis; // meaningless until it has waited
  private boolean isComplete; // enough candidates were there at the last tick

  /**
   * Continues from what is durable.
   *
   * @param wanted how many nodes found the cluster; 0 if this node never founds one
   * @param proposedId the id that this node proposes
   */
  public Bootstrap(
      PeerDescription self,
      ClusterShape shape,
      int wanted,
      ClusterId proposedId,
      FoundingState stored) {
    this.self = self;
    this.shape = shape;
    this.wanted = wanted;
    this.proposedId = proposedId;
    this.state = stored;
    this.highestRound = stored.promised().round();
    if (stored.decided() != null) {
      storedBy.add(self.node());
    }
  }

  /** The durable state. */
  public FoundingState state() {
    return state;
  }

  /** What the node is waiting for. */
  public Phase phase() {
    if (state.isActive()) {
      return Phase.ACTIVE;
    }
    if (state.decided() != null) {
      return Phase.STORING;
    }
    return isComplete ? Phase.AGREEING : Phase.WAITING;
  }

  /** What the node is waiting for, in one sentence. */
  public String condition() {
    return switch (phase()) {
      case ACTIVE -> "founded";
      case STORING ->
          "waiting until all founders stored the first configurations, ["
              + storedBy.size()
              + "] did";
      case AGREEING -> "agreeing on the first configurations";
      case WAITING -> condition;
    };
  }

  /**
   * Lets time pass: proposes, or repeats what may have been lost.
   *
   * @param others the other nodes that are up now
   */
  public BootstrapStep tick(long nowMillis, List<FounderCandidate> others) {
    Sends sends = new Sends();
    switch (phase()) {
      case ACTIVE -> {}
      case STORING -> teach(sends);
      case WAITING, AGREEING -> agree(nowMillis, others, sends);
    }
    return sends.step();
  }

  /** Takes a message from another node. */
  public BootstrapStep received(FoundingMessage message, long nowMillis) {
    Sends sends = new Sends();
    if (message.to().equals(self.node())) {
      sends.local.add(message);
      sends.drain(nowMillis);
    }
    return sends.step();
  }

  private void teach(Sends sends) {
    Founding decided = state.decided();
    if (decided == null) {
      return;
    }
    for (PeerDescription founder : decided.founders()) {
      if (!storedBy.contains(founder.node())) {
        sends.add(new FoundingMessage.Decided(self.node(), founder.node(), decided));
      }
    }
  }

  private void agree(long nowMillis, List<FounderCandidate> others, Sends sends) {
    List<PeerDescription> founders = founders(others);
    isComplete = !founders.isEmpty();
    Founding value =
        foreign != null
            ? foreign
            : state.accepted() != null
                ? state.accepted()
                : new Founding(proposedId, shape, founders);
    boolean isFounder =
        value.founders().stream().anyMatch(founder -> founder.node().equals(self.node()));
    if ((!isComplete && foreign == null && state.accepted() == null)
        || !isFounder
        || (hasWaited && nowMillis - quietUntilMillis < 0)) {
      return;
    }
    int rank = rank(value.founders());
    boolean isFirstChance = !hasWaited;
    quietFor(rank, nowMillis);
    if (isFirstChance && rank > 0) {
      return;
    }
    highestRound++;
    FoundingProposal begun = new FoundingProposal(new Ballot(highestRound, self.node()), value);
    proposal = begun;
    for (NodeId founder : begun.founders()) {
      sends.add(new FoundingMessage.Prepare(self.node(), founder, begun.ballot()));
    }
    sends.drain(nowMillis);
  }

  /**
   * The founders, in order of node id; empty while something is missing, which the condition then
   * says.
   */
  private List<PeerDescription> founders(List<FounderCandidate> others) {
    List<PeerDescription> empty = new ArrayList<>();
    empty.add(self);
    for (FounderCandidate other : others) {
      if (other.cluster() != null) {
        condition =
            "this node is empty, and node ["
                + other.description().node()
                + "] belongs to cluster ["
                + other.cluster()
                + "]: it is no member";
        return List.of();
      }
      if (!other.shape().equals(shape)) {
        condition =
            "node ["
                + other.description().node()
                + "] is set to "
                + other.shape()
                + ", this one to "
                + shape;
        return List.of();
      }
      empty.add(other.description());
    }
    condition = "waiting for [" + wanted + "] founders, [" + empty.size() + "] are up and empty";
    if (wanted == 0 || empty.size() < wanted) {
      return List.of();
    }
    empty.sort(Comparator.comparing(PeerDescription::node));
    return List.copyOf(empty.subList(0, wanted));
  }

  private int rank(List<PeerDescription> founders) {
    for (int i = 0; i < founders.size(); i++) {
      if (founders.get(i).node().equals(self.node())) {
        return i;
      }
    }
    return founders.size();
  }

  private void handle(FoundingMessage message, long nowMillis, Sends sends) {
    if (message instanceof FoundingMessage.Prepare prepare) {
      onPrepare(prepare, sends);
    } else if (message instanceof FoundingMessage.Accept accept) {
      onAccept(accept, sends);
    } else if (message instanceof FoundingMessage.Promise promise) {
      onPromise(promise, sends);
    } else if (message instanceof FoundingMessage.Accepted accepted) {
      onAccepted(accepted, sends);
    } else if (message instanceof FoundingMessage.Rejected rejected) {
      onRejected(rejected, nowMillis);
    } else if (message instanceof FoundingMessage.Decided decided) {
      onDecided(decided, sends);
    } else if (message instanceof FoundingMessage.Stored stored) {
      onStored(stored, sends);
    } else if (message instanceof FoundingMessage.Activated activated) {
      onActivated(activated);
    }
  }

  private void onPrepare(FoundingMessage.Prepare prepare, Sends sends) {
    if (isDecided(prepare.from(), sends)) {
      return;
    }
    highestRound = Math.max(highestRound, prepare.ballot().round());
    if (state.promised().isAbove(prepare.ballot())) {
      sends.add(
          new FoundingMessage.Rejected(
              self.node(), prepare.from(), prepare.ballot(), state.promised()));
      return;
    }
    state = state.withPromised(prepare.ballot());
    sends.add(
        new FoundingMessage.Promise(
            self.node(),
            prepare.from(),
            prepare.ballot(),
            state.acceptedBallot(),
            state.accepted()));
  }

  private void onAccept(FoundingMessage.Accept accept, Sends sends) {
    if (isDecided(accept.from(), sends)) {
      return;
    }
    highestRound = Math.max(highestRound, accept.ballot().round());
    if (state.promised().isAbove(accept.ballot())) {
      sends.add(
          new FoundingMessage.Rejected(
              self.node(), accept.from(), accept.ballot(), state.promised()));
      return;
    }
    state = state.withAccepted(accept.ballot(), accept.value());
    sends.add(new FoundingMessage.Accepted(self.node(), accept.from(), accept.ballot()));
  }

  /** Answers a proposer that comes too late. */
  private boolean isDecided(NodeId proposer, Sends sends) {
    Founding decided = state.decided();
    if (decided != null) {
      sends.add(new FoundingMessage.Decided(self.node(), proposer, decided));
    }
    return decided != null;
  }

  private void onPromise(FoundingMessage.Promise promise, Sends sends) {
    FoundingProposal mine = proposal;
    if (mine == null || !mine.recordPromise(promise)) {
      return;
    }
    Founding chosen = mine.chosen();
    if (!chosen.founders().equals(mine.value().founders())) {
      // Its quorum is another: it is proposed to that one, at the next tick.
      foreign = chosen;
      proposal = null;
      return;
    }
    for (NodeId founder : mine.founders()) {
      sends.add(new FoundingMessage.Accept(self.node(), founder, mine.ballot(), chosen));
    }
  }

  private void onAccepted(FoundingMessage.Accepted accepted, Sends sends) {
    FoundingProposal mine = proposal;
    if (mine != null && mine.recordAccepted(accepted)) {
      proposal = null;
      store(mine.chosen(), sends);
    }
  }

  private void onRejected(FoundingMessage.Rejected rejected, long nowMillis) {
    highestRound = Math.max(highestRound, rejected.promised().round());
    FoundingProposal mine = proposal;
    if (mine != null && mine.ballot().equals(rejected.ballot())) {
      quietFor(rank(mine.value().founders()), nowMillis);
      proposal = null;
    }
  }

  private void quietFor(int rank, long nowMillis) {
    hasWaited = true;
    quietUntilMillis = nowMillis + PATIENCE_MILLIS * (rank + 1);
  }

  private void onDecided(FoundingMessage.Decided decided, Sends sends) {
    Founding known = state.decided();
    boolean isFounder =
        decided.value().founders().stream().anyMatch(founder -> founder.node().equals(self.node()));
    if (!isFounder) {
      condition =
          "this node is empty, and cluster ["
              + decided.value().cluster()
              + "] was founded without it: it is no member";
      return;
    }
    if (known == null) {
      store(decided.value(), sends);
    } else if (!known.equals(decided.value())) {
      throw new IllegalStateException(
          "two clusters were founded: ["
              + known.cluster()
              + "] and ["
              + decided.value().cluster()
              + "]");
    }
    sends.add(new FoundingMessage.Stored(self.node(), decided.from(), decided.value().cluster()));
    if (state.isActive()) {
      sends.add(
          new FoundingMessage.Activated(self.node(), decided.from(), decided.value().cluster()));
    }
  }

  private void store(Founding value, Sends sends) {
    state = state.withDecided(value);
    storedBy.add(self.node());
    for (PeerDescription founder : value.founders()) {
      if (!founder.node().equals(self.node())) {
        sends.add(new FoundingMessage.Decided(self.node(), founder.node(), value));
      }
    }
    activateIfAllStored(value, sends);
  }

  private void onStored(FoundingMessage.Stored stored, Sends sends) {
    Founding decided = state.decided();
    if (decided != null && decided.cluster().equals(stored.cluster())) {
      storedBy.add(stored.from());
      activateIfAllStored(decided, sends);
    }
  }

  private void activateIfAllStored(Founding decided, Sends sends) {
    boolean haveAll =
        decided.founders().stream().allMatch(founder -> storedBy.contains(founder.node()));
    if (haveAll && !state.isActive()) {
      state = state.active();
      for (PeerDescription founder : decided.founders()) {
        if (!founder.node().equals(self.node())) {
          sends.add(new FoundingMessage.Activated(self.node(), founder.node(), decided.cluster()));
        }
      }
    }
  }

  private void onActivated(FoundingMessage.Activated activated) {
    Founding decided = state.decided();
    if (decided != null && decided.cluster().equals(activated.cluster())) {
      state = state.active();
    }
  }

  /** Messages of one step; those to this node itself are handled in it. */
  private final class Sends {
    private final List<FoundingMessage> remote = new ArrayList<>();
    private final ArrayDeque<FoundingMessage> local = new ArrayDeque<>();

    void add(FoundingMessage message) {
      if (message.to().equals(self.node())) {
        local.add(message);
      } else {
        remote.add(message);
      }
    }

    void drain(long nowMillis) {
      while (!local.isEmpty()) {
        handle(local.removeFirst(), nowMillis, this);
      }
    }

    BootstrapStep step() {
      return new BootstrapStep(state, remote);
    }
  }
}
