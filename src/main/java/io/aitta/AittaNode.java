package io.aitta;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterStatus;
import io.aitta.model.Explanation;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.RepairStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * One node of the store, as its own process sees it: operations on bytes, and what it knows of the
 * cluster. Typed values are put through a {@link Store} over it. Safe for use by any thread.
 *
 * <p>Stages are completed on the executor of {@code aitta.callback-dispatcher}; none ever completes
 * exceptionally but for misuse, which is thrown at once as {@link IllegalArgumentException} that
 * names the value and the bound.
 */
public interface AittaNode {

  /** The node's identity; {@link NodeId#NONE} until its storage is open. */
  NodeId id();

  /**
   * Stores a value.
   *
   * @param key the store and the key
   * @param value the encoded value, at most {@code aitta.max-value-size}
   * @param codec the id of the codec that made the bytes, which matches {@code [a-z0-9./+-]{1,64}}
   * @throws IllegalArgumentException naming the value and the bound
   */
  CompletionStage<PutResult> put(Key key, Bytes value, String codec, WriteOptions options);

  /**
   * Deletes a key. Deleting a key that is not there leaves a tombstone too, and is written all the
   * same.
   */
  CompletionStage<PutResult> delete(Key key, WriteOptions options);

  /** Reads a key. */
  CompletionStage<GetOutcome> get(Key key, ReadOptions options);

  /**
   * Throws what {@link #put} would throw at once, and does nothing else.
   *
   * @throws IllegalArgumentException naming the value and the bound
   */
  default void checkPut(Key key, Bytes value, String codec, WriteOptions options) {}

  /**
   * Throws what {@link #get} would throw at once, and does nothing else.
   *
   * @throws IllegalArgumentException naming the value and the bound
   */
  default void checkGet(Key key, ReadOptions options) {}

  /**
   * The cluster as this node sees it, with the report of every peer that answers within two
   * seconds.
   */
  CompletionStage<ClusterStatus> status();

  /** Every partition as this node sees it, in order; empty before bootstrap. */
  List<PartitionStatus> partitions();

  /** Asks every member of the key's partition what it holds. Empty replicas before bootstrap. */
  CompletionStage<Explanation> explain(Key key);

  /**
   * Whether this node serves: it joined, the cluster is bootstrapped, and its own replicas are
   * whole.
   */
  boolean isReady();

  /** What {@link #isReady} waits for, in one sentence; "ready" if nothing. */
  String condition();

  /** Completes when the node serves, or fails with the reason if it never will. */
  CompletionStage<Void> whenReady();

  /**
   * Whether this node serves and holds everything that it is to hold, as it sees the cluster: after
   * it started or joined, the next node may be restarted once this is true. Becomes false again
   * while partitions move to this node.
   */
  boolean isSettled();

  /**
   * Whether this node serves, and {@link #isSettled} was true at any time since it started: an
   * orchestrator may go on with the next node. Stays true while partitions move to it later.
   */
  boolean hasSettled();

  /** What {@link #hasSettled} waits for, in one sentence; "ready" if nothing. */
  String settlingCondition();

  /**
   * Begins to give everything that this node holds to the others, for good; until that is done it
   * serves on. It is not stopped, and no longer offered any data.
   *
   * @return completes when it holds nothing any more; fails if no other node is there to take it
   */
  CompletionStage<Done> leave();

  /**
   * Repairs this node's replicas now, in place of an earlier repair: computes their digests anew
   * from what is stored, compares them with the other members', and moves what differs to the side
   * that lacks it. What only others have damaged, repairs at those find.
   *
   * @param only the partition; null for all that this node holds
   * @return completes when it has begun; with {@link RepairStatus#NONE} if this node does not run
   */
  CompletionStage<RepairStatus> repair(@Nullable PartitionId only);

  /** How far the last {@link #repair} of this node is. */
  RepairStatus repairStatus();
}
