package io.aitta.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two members of a partition say to each other to find the records in which they differ
 * (Dynamo §4.7). Only one of them keeps a state: every question says all that its answer needs, so
 * it can be asked again, also of the next run of the node.
 */
public sealed interface AntiEntropyMessage extends WireMessage {
  /** Which comparison this is of. */
  ComparisonHeader header();

  /** Asks for the digest over the whole partition. */
  record RootRequest(ComparisonHeader header) implements AntiEntropyMessage {}

  /** The digest over the whole partition. */
  record RootReply(ComparisonHeader header, TreeSummary root) implements AntiEntropyMessage {}

  /**
   * Asks for the digests of nodes' children.
   *
   * @param parents at least one
   */
  record NodesRequest(ComparisonHeader header, TreeNodes parents) implements AntiEntropyMessage {}

  /**
   * The digests of nodes' children.
   *
   * @param children {@link TreeNodes#FAN_OUT} for each of the parents in turn, or for the first of
   *     them, at least one
   */
  record NodesReply(ComparisonHeader header, Digests children) implements AntiEntropyMessage {}

  /**
   * Asks how the receiver's records differ from the sender's: those below some nodes, in a range of
   * keys.
   *
   * @param after the key behind which the range begins; null for the first
   * @param through the last key of the range; null if it has no end
   * @param digests of all such records of the sender, in the order of their keys
   */
  record ListingRequest(
      ComparisonHeader header,
      TreeNodes nodes,
      @Nullable Key after,
      @Nullable Key through,
      Digests digests)
      implements AntiEntropyMessage {}

  /**
   * How the sender's records differ from those in the question, up to some key.
   *
   * @param through up to which key the answer goes, at most to the end of the question's range;
   *     null if it has no end
   * @param unknown a bit for each digest of the question, the lowest of the first byte first: 1 if
   *     the sender has no such record up to that key
   * @param others what the sender has up to that key, and the question does not, in the order of
   *     the keys
   */
  record ListingReply(
      ComparisonHeader header, @Nullable Key through, Bytes unknown, List<KeyVersion> others)
      implements AntiEntropyMessage {

    public ListingReply {
      others = List.copyOf(others);
    }
  }

  /** There is no answer, and will be none to a repetition. */
  record Refused(ComparisonHeader header, RefusalReason reason) implements AntiEntropyMessage {}
}
