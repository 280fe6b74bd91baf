package io.aitta.partition;

import io.aitta.model.Ballot;
import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one node takes part in the changes of one partition's configuration: it may propose a
 * successor, decides on successors as a member, stores what was decided, and sees to it that what
 * it stored is served. A plain state machine; monotonic time is passed in.
 *
 * <p>The members of a configuration decide its one successor by single-decree Paxos (Lamport 2001,
 * section 2.2), so two proposers that race agree. Then everyone concerned stores it, and refuses
 * what is older; it is acted on once a majority of the predecessors did (protocol rule 6). As in
 * Vertical Paxos (Lamport, Malkhi and Zhou 2009), whoever proposes is not part of what makes it
 * safe.
 *
 * <table>
 * <caption>What a member does with a message about a configuration</caption>
 * <tr><th>it installed</th><th>prepare, accept</th><th>install</th></tr>
 * <tr><td>an older one</td><td>stores the configuration, then as below: the proposer acts on served ones alone</td>
 *   <td>stores it, forgets what it promised for the older one, says that it is installed</td></tr>
 * <tr><td>this one</td><td>promises, accepts or rejects by the ballot</td><td>says that it is installed</td></tr>
 * <tr><td>a newer one</td><td>answers with the newer one, and promises nothing</td><td>answers with the newer one</td></tr>
 * <tr><td>another of the same epoch</td><td colspan="2">serves nothing and takes part in nothing any more: that cannot happen unless nodes
 *   forgot, and an operator must look (rule 10)</td></tr>
 * </table>
 */
public final class PartitionSuccession {
  /** How long answers are waited for before what was sent is sent again. */
  static final long PATIENCE_MILLIS = 400;

  private final NodeId self;
  private PartitionState state;
  private @Nullable SuccessorProposal proposal; // null unless this node proposes now
  private final Set<NodeId> installedBy = new HashSet<>(); // the installed one, as far as known
  private long highestRound; // seen for the successor of the installed one
  private boolean hasSent; // an installation or a proposal is on its way
  private long sentMillis; // when, if so
  private long quietUntilMillis; // no proposal before, once it lost against another
  private boolean isQuiet;

  /** Continues from what is durable. */
  public PartitionSuccession(NodeId self, PartitionState stored) {
    this.self = self;
    this.state = stored;
    this.highestRound = stored.promised().round();
    this.installedBy.add(self);
  }

  /** The durable state. */
  public PartitionState state() {
    return state;
  }

  /** The partition. */
  public PartitionId partition() {
    return state.installed().partition();
  }

  /**
   * Another configuration that claims the installed one's epoch: the partition must not be served;
   * null if all is well.
   */
  public @Nullable Succession conflict() {
    return state.conflict();
  }

  /**
   * Begins to propose a successor, unless the installed configuration is not served yet, the value
   * does not follow it, or an earlier proposal may still succeed.
   */
  public SuccessionStep propose(Configuration successor, long nowMillis) {
    Sends sends = new Sends();
    boolean isWaiting = proposal != null && nowMillis - sentMillis < PATIENCE_MILLIS;
    if (conflict() != null
        || !state.isServed()
        || isWaiting
        || (isQuiet && nowMillis - quietUntilMillis < 0)
        || !follows(successor, state.installed().configuration())) {
      return sends.step();
    }
    isQuiet = false;
    highestRound++;
    Ballot ballot = new Ballot(highestRound, self);
    proposal = new SuccessorProposal(state.installed(), ballot, successor);
    sentMillis = nowMillis;
    for (NodeId member : state.installed().configuration().members()) {
      sends.add(new SuccessionMessage.Prepare(self, member, state.installed(), ballot));
    }
    sends.drain(nowMillis);
    return sends.step();
  }

  /** Lets time pass: repeats an installation that is not complete. */
  public SuccessionStep tick(long nowMillis) {
    Sends sends = new Sends();
    if (proposal != null && nowMillis - sentMillis >= PATIENCE_MILLIS) {
      proposal = null;
    }
    if (conflict() == null
        && !state.isServed()
        && (!hasSent || nowMillis - sentMillis >= PATIENCE_MILLIS)) {
      install(sends, nowMillis);
      sends.drain(nowMillis);
    }
    return sends.step();
  }

  /** Takes a message from another node. */
  public SuccessionStep received(SuccessionMessage message, long nowMillis) {
    Sends sends = new Sends();
    if (message.to().equals(self)
        && message.partition().equals(partition())
        && (conflict() == null || isRecovery(message))) {
      sends.local.add(message);
      sends.drain(nowMillis);
    }
    return sends.step();
  }

  /**
   * Stores the configuration with which the roster recovered the partition, if it is newer than
   * what is known: whatever the lost majority decided in the term before counts no more (protocol
   * rule 10). Ends a conflict.
   */
  public SuccessionStep recover(Configuration recovery) {
    if (recovery.partition().equals(partition())
        && recovery.epoch().isNewerThan(state.installed().epoch())) {
      adopt(Succession.recovered(recovery), true);
    }
    return new Sends().step();
  }

  private boolean isRecovery(SuccessionMessage message) {
    return message instanceof SuccessionMessage.Install install
        && install.isServed()
        && install.succession().epoch().recoveryTerm() > state.installed().epoch().recoveryTerm();
  }

  /**
   * Whether a configuration may follow another: a stable one is followed by a joint one of the same
   * members; a joint one by a stable one of either set; a roster as {@link RosterPlanner} has it.
   */
  static boolean follows(Configuration successor, Configuration predecessor) {
    if (!successor.partition().equals(predecessor.partition())
        || !successor.epoch().equals(predecessor.epoch().next())) {
      return false;
    }
    if (predecessor.partition().isRoster()) {
      return RosterPlanner.follows(successor, predecessor);
    }
    return predecessor.isJoint()
        ? !successor.isJoint()
            && (successor.members().equals(predecessor.successors())
                || successor.members().equals(predecessor.members()))
        : successor.isJoint() && successor.members().equals(predecessor.members());
  }

  private void handle(SuccessionMessage message, long nowMillis, Sends sends) {
    if (message instanceof SuccessionMessage.Prepare prepare) {
      onPrepare(prepare, sends);
    } else if (message instanceof SuccessionMessage.Accept accept) {
      onAccept(accept, sends);
    } else if (message instanceof SuccessionMessage.Promise promise) {
      onPromise(promise, sends);
    } else if (message instanceof SuccessionMessage.Accepted accepted) {
      onAccepted(accepted, nowMillis, sends);
    } else if (message instanceof SuccessionMessage.Rejected rejected) {
      onRejected(rejected, nowMillis);
    } else if (message instanceof SuccessionMessage.Install install) {
      onInstall(install, nowMillis, sends);
    } else if (message instanceof SuccessionMessage.Installed installed) {
      onInstalled(installed, sends);
    }
  }

  private void onPrepare(SuccessionMessage.Prepare prepare, Sends sends) {
    if (!isDeciding(prepare.predecessor(), prepare.from(), sends)) {
      return;
    }
    highestRound = Math.max(highestRound, prepare.ballot().round());
    if (state.promised().isAbove(prepare.ballot())) {
      reject(prepare.from(), prepare.ballot(), sends);
      return;
    }
    state = state.withPromised(prepare.ballot());
    sends.add(
        new SuccessionMessage.Promise(
            self,
            prepare.from(),
            partition(),
            state.installed().epoch(),
            prepare.ballot(),
            state.acceptedBallot(),
            state.accepted()));
  }

  private void onAccept(SuccessionMessage.Accept accept, Sends sends) {
    if (!follows(accept.successor(), accept.predecessor().configuration())
        || !isDeciding(accept.predecessor(), accept.from(), sends)) {
      return;
    }
    highestRound = Math.max(highestRound, accept.ballot().round());
    if (state.promised().isAbove(accept.ballot())) {
      reject(accept.from(), accept.ballot(), sends);
      return;
    }
    state = state.withAccepted(accept.ballot(), accept.successor());
    sends.add(
        new SuccessionMessage.Accepted(
            self, accept.from(), partition(), state.installed().epoch(), accept.ballot()));
  }

  private void reject(NodeId proposer, Ballot ballot, Sends sends) {
    sends.add(
        new SuccessionMessage.Rejected(
            self, proposer, partition(), state.installed().epoch(), ballot, state.promised()));
  }

  /**
   * Whether this node decides on the successor of that configuration; if it knows a newer one, it
   * says so to the proposer.
   */
  private boolean isDeciding(Succession predecessor, NodeId proposer, Sends sends) {
    int order = predecessor.epoch().compareTo(state.installed().epoch());
    if (order < 0) {
      sends.add(new SuccessionMessage.Install(self, proposer, state.installed(), state.isServed()));
      return false;
    }
    if (order == 0 && isConflict(predecessor)) {
      return false;
    }
    if (order > 0) {
      adopt(predecessor, true);
    } else if (!state.isServed()) {
      state = state.served();
    }
    return state.installed().configuration().members().contains(self);
  }

  private void onPromise(SuccessionMessage.Promise promise, Sends sends) {
    SuccessorProposal mine = proposal;
    if (mine == null || !mine.recordPromise(promise)) {
      return;
    }
    for (NodeId member : mine.predecessor().configuration().members()) {
      sends.add(
          new SuccessionMessage.Accept(
              self, member, mine.predecessor(), mine.ballot(), mine.chosen()));
    }
  }

  private void onAccepted(SuccessionMessage.Accepted accepted, long nowMillis, Sends sends) {
    SuccessorProposal mine = proposal;
    if (mine != null && mine.recordAccepted(accepted)) {
      adopt(new Succession(mine.chosen(), mine.predecessor().configuration().members()), false);
      install(sends, nowMillis);
    }
  }

  /** The one with the lower ballot waits longer, so that two who race do not for ever. */
  private void onRejected(SuccessionMessage.Rejected rejected, long nowMillis) {
    SuccessorProposal mine = proposal;
    if (mine == null
        || !mine.ballot().equals(rejected.ballot())
        || !mine.predecessor().epoch().equals(rejected.predecessor())) {
      return;
    }
    highestRound = Math.max(highestRound, rejected.promised().round());
    proposal = null;
    isQuiet = true;
    int turns = rejected.promised().proposer().compareTo(self) > 0 ? 2 : 1;
    quietUntilMillis = nowMillis + turns * PATIENCE_MILLIS;
  }

  private void onInstall(SuccessionMessage.Install install, long nowMillis, Sends sends) {
    Succession succession = install.succession();
    int order = succession.epoch().compareTo(state.installed().epoch());
    if (order < 0) {
      sends.add(
          new SuccessionMessage.Install(self, install.from(), state.installed(), state.isServed()));
      return;
    }
    if (order == 0 && isConflict(succession)) {
      return;
    }
    if (order > 0) {
      adopt(succession, install.isServed());
      if (!install.isServed()) {
        // Whoever learns of one that is not served sees to it, after giving the sender a chance.
        hasSent = true;
        sentMillis = nowMillis;
      }
    } else if (install.isServed() && !state.isServed()) {
      state = state.served();
    }
    if (!install.isServed()) {
      recordInstalled(install.from(), sends);
      sends.add(
          new SuccessionMessage.Installed(
              self, install.from(), partition(), state.installed().epoch()));
    }
  }

  private void onInstalled(SuccessionMessage.Installed installed, Sends sends) {
    if (installed.epoch().equals(state.installed().epoch())) {
      recordInstalled(installed.from(), sends);
    }
  }

  private void recordInstalled(NodeId node, Sends sends) {
    installedBy.add(node);
    serveOnceFenced(sends);
  }

  private void serveOnceFenced(Sends sends) {
    List<NodeId> predecessors = state.installed().predecessors();
    long stored = predecessors.stream().filter(installedBy::contains).count();
    if (state.isServed() || stored <= predecessors.size() / 2) {
      return;
    }
    state = state.served();
    for (NodeId node : concerned()) {
      sends.add(new SuccessionMessage.Install(self, node, state.installed(), true));
    }
  }

  private boolean isConflict(Succession other) {
    if (other.equals(state.installed())) {
      return false;
    }
    proposal = null;
    state = state.inConflictWith(other);
    return true;
  }

  private void adopt(Succession succession, boolean isServed) {
    state = PartitionState.installed(succession, isServed);
    proposal = null;
    installedBy.clear();
    installedBy.add(self);
    highestRound = 0;
    hasSent = false;
    isQuiet = false;
  }

  private void install(Sends sends, long nowMillis) {
    hasSent = true;
    sentMillis = nowMillis;
    for (NodeId node : concerned()) {
      if (!installedBy.contains(node)) {
        sends.add(new SuccessionMessage.Install(self, node, state.installed(), false));
      }
    }
    serveOnceFenced(sends); // this node may be a majority
  }

  /** Everyone who must store the installed configuration, but this node. */
  private Collection<NodeId> concerned() {
    Set<NodeId> concerned = new LinkedHashSet<>(state.installed().predecessors());
    concerned.addAll(state.installed().configuration().replicas());
    concerned.remove(self);
    return concerned;
  }

  /** What is to be sent; what this node sends to itself is handled at once. */
  private final class Sends {
    private final List<SuccessionMessage> remote = new ArrayList<>();
    private final ArrayDeque<SuccessionMessage> local = new ArrayDeque<>();

    void add(SuccessionMessage message) {
      if (message.to().equals(self)) {
        local.add(message);
      } else {
        remote.add(message);
      }
    }

    void drain(long nowMillis) {
      while (!local.isEmpty() && (conflict() == null || isRecovery(local.element()))) {
        handle(local.remove(), nowMillis, this);
      }
    }

    SuccessionStep step() {
      return new SuccessionStep(state, remote);
    }
  }
}
