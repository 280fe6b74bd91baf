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
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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
 * <p>So that empty nodes which are cut off from a cluster, or meet it before they meet each other,
 * found no second one: nothing is founded while a member of the cluster's membership has not
 * greeted in this run, or while any node that greeted belongs to a cluster, be it up or not. And a
 * node that learned of a cluster without it keeps that for ever: it proposes nothing, and promises,
 * accepts and stores nothing of others, without which they found nothing that it would be part of.
 * It joins that cluster: whoever serves there tells it how the cluster began.
 *
 * <table>
 * <caption>Phases</caption>
 * <tr><th>phase</th><th>leaves when</th></tr>
 * <tr><td>WAITING</td><td>enough empty nodes of one shape are up, every member greeted, and none belongs
 *   to a cluster; or a cluster without it welcomes it, which makes it ACTIVE</td></tr>
 * <tr><td>AGREEING</td><td>all founders accepted a value, or one says what was decided</td></tr>
 * <tr><td>STORING</td><td>all founders stored it, or one says that it is active</td></tr>
 * <tr><td>ACTIVE</td><td>never</td></tr>
 * </table>
 *
 * <p>A founder whose data is lost in AGREEING or STORING blocks the others for ever, since its
 * value needs all of them; the condition names it, and the way out is to start all of them without
 * data. A way to go on by themselves exists, and is not taken here: a founder that did not store
 * the decided value knows that nobody ever served it, and by durably refusing ever to store it that
 * nobody will. It could say so to the others, who drop the value when told so, even if they stored
 * it, and then all of them begin anew. What it lacks is not safety but a reason: an address at
 * which another node greets proves nothing of a disk that may come back.
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
  private List<PeerDescription> missing = List.of(); // founders that are not up or do not answer

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
    boolean isBegun = isComplete || foreign != null || state.accepted() != null;
    return isBegun && state.elsewhere() == null ? Phase.AGREEING : Phase.WAITING;
  }

  /** What the node is waiting for, in one sentence. */
  public String condition() {
    return switch (phase()) {
      case ACTIVE -> "founded";
      case STORING ->
          "waiting until all founders stored the first configurations, ["
              + storedBy.size()
              + "] did"
              + missing(notStored());
      case AGREEING -> "agreeing on the first configurations" + missing(missing);
      case WAITING -> state.elsewhere() == null ? condition : joining(state.elsewhere());
    };
  }

  private static String joining(ClusterId elsewhere) {
    return "joining cluster ["
        + elsewhere
        + "], which was founded without this node: waiting for one of its nodes to answer; to found"
        + " another one, start it without data";
  }

  private static String missing(List<PeerDescription> founders) {
    if (founders.isEmpty()) {
      return "";
    }
    StringBuilder named = new StringBuilder(": no answer of ");
    for (PeerDescription founder : founders) {
      named.append(founder.equals(founders.get(0)) ? "" : ", ");
      named.append("node [").append(founder.node()).append("] at ").append(founder.address());
    }
    return named
        .append("; start it with the data that it had, or if that is lost, all without data")
        .toString();
  }

  private List<PeerDescription> notStored() {
    Founding decided = state.decided();
    return decided == null
        ? List.of()
        : decided.founders().stream()
            .filter(founder -> !storedBy.contains(founder.node()))
            .toList();
  }

  /**
   * Lets time pass: proposes, or repeats what may have been lost.
   *
   * @param others every other node that is known, be it up or not
   * @param unheard where the membership has nodes that have not greeted in this run
   */
  public BootstrapStep tick(long nowMillis, List<FounderCandidate> others, Set<String> unheard) {
    Sends sends = new Sends();
    switch (phase()) {
      case ACTIVE -> {}
      case STORING -> teach(sends);
      case WAITING, AGREEING -> agree(nowMillis, others, unheard, sends);
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
    for (PeerDescription founder : notStored()) {
      sends.add(new FoundingMessage.Decided(self.node(), founder.node(), decided));
    }
  }

  private void agree(
      long nowMillis, List<FounderCandidate> others, Set<String> unheard, Sends sends) {
    others.stream()
        .map(FounderCandidate::cluster)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(this::learnElsewhere);
    if (state.elsewhere() != null) {
      askToJoin(state.elsewhere(), nowMillis, others, sends);
      return;
    }
    List<PeerDescription> founders = founders(others, unheard);
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
    missing = missing(value, others);
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

  private void askToJoin(
      ClusterId cluster, long nowMillis, List<FounderCandidate> others, Sends sends) {
    if (hasWaited && nowMillis - quietUntilMillis < 0) {
      return;
    }
    quietFor(0, nowMillis);
    for (FounderCandidate other : others) {
      if (other.isAlive() && cluster.equals(other.cluster()) && shape.equals(other.shape())) {
        sends.add(new FoundingMessage.AskedToJoin(self.node(), other.description().node()));
      }
    }
  }

  /** A second cluster must never be founded by nodes that know the first, whatever comes. */
  private void learnElsewhere(ClusterId cluster) {
    Founding accepted = state.accepted();
    boolean isOwn = accepted != null && accepted.cluster().equals(cluster);
    if (!isOwn && state.decided() == null && state.elsewhere() == null) {
      state = state.withElsewhere(cluster);
      proposal = null;
      isComplete = false;
    }
  }

  /** The founders that are not up, else those that did not answer the last proposal. */
  private List<PeerDescription> missing(Founding value, List<FounderCandidate> others) {
    Set<NodeId> present = new HashSet<>();
    present.add(self.node());
    others.stream()
        .filter(FounderCandidate::isAlive)
        .forEach(other -> present.add(other.description().node()));
    List<PeerDescription> absent =
        value.founders().stream().filter(founder -> !present.contains(founder.node())).toList();
    return absent.isEmpty() && proposal != null ? proposal.unanswered() : absent;
  }

  /**
   * The founders, in order of node id; empty while something is missing, which the condition then
   * says.
   */
  private List<PeerDescription> founders(List<FounderCandidate> others, Set<String> unheard) {
    List<PeerDescription> empty = new ArrayList<>();
    empty.add(self);
    for (FounderCandidate other : others) {
      if (!other.isAlive()) {
        continue;
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
    if (!unheard.isEmpty()) {
      condition = "waiting for a greeting from the members at " + new TreeSet<>(unheard);
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
    } else if (message instanceof FoundingMessage.AskedToJoin asked) {
      onAskedToJoin(asked, sends);
    } else if (message instanceof FoundingMessage.Welcome welcome) {
      onWelcome(welcome);
    }
  }

  private void onPrepare(FoundingMessage.Prepare prepare, Sends sends) {
    if (isDecided(prepare.from(), sends) || state.elsewhere() != null) {
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
    if (isDecided(accept.from(), sends) || state.elsewhere() != null) {
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
      learnElsewhere(decided.value().cluster());
      return;
    }
    if (state.elsewhere() != null) {
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

  private void onAskedToJoin(FoundingMessage.AskedToJoin asked, Sends sends) {
    Founding decided = state.decided();
    if (decided != null && state.isActive()) {
      sends.add(new FoundingMessage.Welcome(self.node(), asked.from(), decided));
    }
  }

  private void onWelcome(FoundingMessage.Welcome welcome) {
    Founding value = welcome.value();
    if (state.decided() == null
        && value.cluster().equals(state.elsewhere())
        && value.shape().equals(shape)) {
      state = state.withDecided(value).active();
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
