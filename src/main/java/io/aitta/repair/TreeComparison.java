package io.aitta.repair;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.NodesReply;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Digests;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.TreeNodes;
import io.aitta.model.TreeSummary;
import io.aitta.model.WireSize;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of two replicas of a partition in one epoch (Dynamo §4.7), on the side that began
 * it: first the whole trees, then the children of what differs, down to nodes with some {@value
 * #RECORDS_PER_NODE} records, then these records one by one ({@link RecordListing}).
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>event</th><th>next</th><th>why</th></tr>
 * <tr><td>ROOT</td><td>digests agree</td><td>ENDED</td><td>nothing differs</td></tr>
 * <tr><td>ROOT</td><td>digests differ</td><td>NODES</td><td>some node below differs</td></tr>
 * <tr><td>ROOT</td><td>few records, or none on one side</td><td>SETTLING</td><td>all are listed</td></tr>
 * <tr><td>NODES</td><td>lowest level reached</td><td>SETTLING</td><td></td></tr>
 * <tr><td>NODES</td><td>no node differs any more</td><td>ENDED</td><td>a write was in flight</td></tr>
 * <tr><td>SETTLING</td><td>some time passed</td><td>ROOT or NODES, once more</td><td>listing makes
 * both sides read the partition, which writes in flight are not worth: they have arrived by
 * now</td></tr>
 * <tr><td>ROOT, NODES, once more</td><td>some differ still</td><td>LISTING</td><td></td></tr>
 * <tr><td>LISTING</td><td>the last key was answered for</td><td>ENDED</td><td></td></tr>
 * <tr><td>any</td><td>a refusal, or an answer that is none</td><td>FAILED</td><td>the other side
 * has another configuration or no tree now, or is wrong</td></tr>
 * </table>
 *
 * <p>Writes during the comparison are harmless: they may show as differences, and to move a
 * versioned record to where it is already does nothing. The other side keeps no state, so a
 * question may be sent again, and an answer that comes twice or late is ignored. Not safe for use
 * by several threads.
 */
public final class TreeComparison {

  /** What is to be done next. */
  public enum Step {
    /** Send {@link #ask()}, and send it again if no answer comes. */
    ASK,
    /** Wait for as long as writes may be in flight, then {@link #recordSettled()}. */
    SETTLE,
    /** Read own records behind {@link #readAfter()}, then {@link #recordRead}. */
    READ,
    /** {@link #take} the differences that were found. */
    TAKE,
    /** Nothing: everything was compared, and every difference taken. */
    DONE,
    /** Nothing: the other side refused, or its answer was none. */
    FAILED
  }

  private enum State {
    ROOT,
    NODES,
    SETTLING,
    LISTING,
    ENDED,
    FAILED
  }

  private static final int RECORDS_PER_NODE = 32;

  private final ComparisonLimits limits;
  private final ArrayDeque<Difference> found = new ArrayDeque<>();
  private ComparisonHeader header; // of the question that is to be answered now
  private State state = State.ROOT;
  private int level; // of the differing nodes
  private int lowest; // the level of the nodes whose records are listed
  private BitSet differing = new BitSet(); // nodes of this level that are not looked into yet
  private BitSet below = new BitSet(); // nodes of the next level that differ
  private @Nullable BitSet suspects; // of the lowest level; null before it was settled
  private @Nullable RecordListing listing; // in LISTING
  private long foundInAll;
  private long bytesSent;
  private long bytesReceived;

  /**
   * Begins.
   *
   * @param header of the first question, round 0
   */
  public TreeComparison(ComparisonHeader header, ComparisonLimits limits) {
    this.header = header;
    this.limits = limits;
  }

  /** What is to be done next. */
  public Step step() {
    if (found.size() >= limits.maxDifferences()) {
      return Step.TAKE;
    }
    return switch (state) {
      case ROOT, NODES -> Step.ASK;
      case SETTLING -> Step.SETTLE;
      case LISTING -> listing().needsRecords() ? Step.READ : Step.ASK;
      case ENDED -> found.isEmpty() ? Step.DONE : Step.TAKE;
      case FAILED -> found.isEmpty() ? Step.FAILED : Step.TAKE;
    };
  }

  /** The question to send now; its bytes are counted. */
  public AntiEntropyMessage ask() {
    AntiEntropyMessage question =
        switch (state) {
          case ROOT -> new RootRequest(header);
          case NODES -> new NodesRequest(header, parents());
          case LISTING -> listing().question(header);
          case SETTLING, ENDED, FAILED ->
              throw new IllegalStateException("nothing to ask in state " + state);
        };
    bytesSent += WireSize.of(question);
    return question;
  }

  /** The nodes whose children's digests of this side an answer is compared with. */
  public TreeNodes parents() {
    BitSet first = new BitSet();
    int left = limits.maxParents();
    for (int i = differing.nextSetBit(0); i >= 0 && left > 0; i = differing.nextSetBit(i + 1)) {
      first.set(i);
      left--;
    }
    return TreeNodes.of(level, first);
  }

  /** Whether a message answers the question that is asked now, so that it is to be recorded. */
  public boolean isAnswer(AntiEntropyMessage message) {
    return header.isAnsweredBy(message.header())
        && switch (state) {
          case ROOT -> message instanceof RootReply || message instanceof Refused;
          case NODES -> message instanceof NodesReply || message instanceof Refused;
          case LISTING ->
              !listing().needsRecords()
                  && (message instanceof ListingReply || message instanceof Refused);
          case SETTLING, ENDED, FAILED -> false;
        };
  }

  /** Records that there is no answer. */
  public void recordRefused(Refused refused) {
    bytesReceived += WireSize.of(refused);
    state = State.FAILED;
  }

  /** Records an answer, with this side's tree as it is now. */
  public void recordRoot(RootReply reply, TreeSummary own) {
    TreeSummary other = reply.root();
    bytesReceived += WireSize.of(reply);
    header = header.next();
    if (own.digest() == other.digest() && own.records() == other.records()) {
      state = State.ENDED;
      return;
    }
    differing.set(0);
    if (suspects == null) {
      lowest = lowest(own, other);
    }
    proceedFrom(0);
  }

  /** The lowest level that both have, unless the nodes of a higher one have few enough records. */
  private static int lowest(TreeSummary own, TreeSummary other) {
    if (own.records() == 0 || other.records() == 0) {
      return 0;
    }
    int possible = Math.min(own.depth(), other.depth());
    long records = Math.max(own.records(), other.records());
    int level = 0;
    while (level < possible && records / TreeNodes.count(level) > RECORDS_PER_NODE) {
      level++;
    }
    return level;
  }

  /**
   * Records an answer. If this side has no such digests any more, the comparison is to be given up.
   *
   * @param own this side's digests of the children of {@link #parents()}, as they are now
   */
  public void recordNodes(NodesReply reply, Digests own) {
    Digests other = reply.children();
    bytesReceived += WireSize.of(reply);
    int answered = other.size() / TreeNodes.FAN_OUT;
    if (answered == 0 || other.size() > own.size() || other.size() % TreeNodes.FAN_OUT != 0) {
      state = State.FAILED;
      return;
    }
    header = header.next();
    int parent = -1;
    for (int i = 0; i < answered; i++) {
      parent = differing.nextSetBit(parent + 1);
      differing.clear(parent);
      for (int child = 0; child < TreeNodes.FAN_OUT; child++) {
        int at = i * TreeNodes.FAN_OUT + child;
        if (own.get(at) != other.get(at)) {
          below.set(parent * TreeNodes.FAN_OUT + child);
        }
      }
    }
    if (differing.isEmpty()) {
      differing = below;
      below = new BitSet();
      proceedFrom(level + 1);
    }
  }

  private void proceedFrom(int reached) {
    level = reached;
    if (level < lowest) {
      state = differing.isEmpty() ? State.ENDED : State.NODES;
      return;
    }
    if (suspects != null) {
      differing.and(suspects);
    }
    if (differing.isEmpty()) {
      state = State.ENDED;
    } else if (suspects == null) {
      state = State.SETTLING;
    } else {
      listing = new RecordListing(TreeNodes.of(level, differing), limits);
      state = State.LISTING;
    }
  }

  /** Records that writes which were in flight have arrived. */
  public void recordSettled() {
    if (state != State.SETTLING) {
      throw new IllegalStateException("nothing to settle in state " + state);
    }
    suspects = differing;
    differing = new BitSet();
    if (lowest == 0) {
      state = State.ROOT;
      return;
    }
    for (int i = suspects.nextSetBit(0); i >= 0; i = suspects.nextSetBit(i + 1)) {
      differing.set(i / TreeNodes.FAN_OUT);
    }
    level = lowest - 1;
    state = State.NODES;
  }

  /** The key behind which own records are to be read; null for the first. */
  public @Nullable Key readAfter() {
    return listing().readAfter();
  }

  /**
   * Records a page of own records.
   *
   * @param records in the order of their keys
   * @param through the last key of the page; null if nothing follows it
   */
  public void recordRead(List<KeyVersion> records, @Nullable Key through) {
    listing().recordRead(records, through);
  }

  /** Records an answer. */
  public void recordListing(ListingReply reply) {
    bytesReceived += WireSize.of(reply);
    List<Difference> more = listing().differences(reply);
    if (more == null) {
      state = State.FAILED;
      return;
    }
    header = header.next();
    foundInAll += more.size();
    found.addAll(more);
    if (listing().isComplete()) {
      state = State.ENDED;
    }
  }

  private RecordListing listing() {
    if (listing == null) {
      throw new IllegalStateException("nothing to list in state " + state);
    }
    return listing;
  }

  /** Takes the first differences that were found and not taken yet. */
  public List<Difference> take(int max) {
    List<Difference> taken = found.stream().limit(max).toList();
    for (int i = 0; i < taken.size(); i++) {
      found.removeFirst();
    }
    return taken;
  }

  /** How many differences were found, taken or not. */
  public long foundInAll() {
    return foundInAll;
  }

  /** Encoded bytes of all questions. */
  public long bytesSent() {
    return bytesSent;
  }

  /** Encoded bytes of all answers that were recorded. */
  public long bytesReceived() {
    return bytesReceived;
  }
}
