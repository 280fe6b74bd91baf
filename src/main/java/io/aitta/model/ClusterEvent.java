package io.aitta.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that changed in the cluster or at a node, as one node knows it, for those who watch.
 * Told once by each node that it concerns, after the change took effect there; {@link #node()} says
 * which. Subscribe by {@code io.aitta.ClusterEvents}.
 *
 * <p>Events are for watching and not for deciding: they are not stored, not sent over the network,
 * and lost if nobody is subscribed or a subscriber cannot keep up. Events of one kind about one
 * partition or peer come in order; of others, the order is not certain. What is true now says
 * {@code AittaNode}. Further kinds may come with later versions: ignore those that you do not know.
 */
public sealed interface ClusterEvent {
  /** The node that tells it. */
  NodeId node();

  /**
   * The node concludes otherwise than before of whether a peer lives.
   *
   * @param from what it concluded before
   * @param to what it concludes now; differs from {@code from}
   */
  record PeerChanged(NodeId node, NodeId peer, PeerState from, PeerState to)
      implements ClusterEvent {}

  /**
   * The node acts on another configuration of a partition: it stored it durably, and knows that a
   * majority of the predecessors did.
   *
   * @param epoch of the configuration; the one before may be more than one lower
   * @param members who holds it, in preference order
   * @param successors who is to hold it; empty unless the configuration is joint
   */
  record ConfigurationChanged(
      NodeId node,
      PartitionId partition,
      Epoch epoch,
      List<NodeId> members,
      List<NodeId> successors)
      implements ClusterEvent {
    public ConfigurationChanged {
      members = List.copyOf(members);
      successors = List.copyOf(successors);
    }
  }

  /**
   * A partition lost its majority for good, and goes on with what is left: writes and deletes that
   * were acknowledged before may be undone. Told by every node as it learns it, also by one that
   * was lost and comes back. The configurations that follow are told as well.
   *
   * @param epoch of the first configuration after it that the node stored, of another recovery term
   *     than the one before
   * @param lost who held the partition, by what the node knew before, and does not any more
   * @param survivors from whom it goes on, by what the node knew before; empty if the partition
   *     begins with nothing
   * @param members who is to hold it
   */
  record PartitionRecovered(
      NodeId node,
      PartitionId partition,
      Epoch epoch,
      List<NodeId> lost,
      List<NodeId> survivors,
      List<NodeId> members)
      implements ClusterEvent {
    public PartitionRecovered {
      lost = List.copyOf(lost);
      survivors = List.copyOf(survivors);
      members = List.copyOf(members);
    }
  }

  /**
   * The node knows two configurations of a partition that claim the same epoch, and refuses every
   * request to it from now on. That cannot be unless nodes forgot what they had stored.
   */
  record PartitionStopped(NodeId node, PartitionId partition, Epoch epoch)
      implements ClusterEvent {}

  /** A node is a member of some partition that was of none, by what the telling node stored. */
  record MemberJoined(NodeId node, NodeId member) implements ClusterEvent {}

  /** A node is a member of no partition any more, by what the telling node stored. */
  record MemberLeft(NodeId node, NodeId member) implements ClusterEvent {}

  /**
   * The node begins to take over the entries of a partition; the first of them come when it is the
   * partition's turn.
   *
   * @param epoch of the configuration by which it does
   */
  record TransferBegan(NodeId node, PartitionId partition, Epoch epoch, TransferPurpose purpose)
      implements ClusterEvent {}

  /**
   * The node took over everything of a partition, durably.
   *
   * @param entries that came, from all sources, those included that it had already
   * @param bytes of their encoded keys and values
   * @param took since it began
   */
  record TransferFinished(
      NodeId node,
      PartitionId partition,
      Epoch epoch,
      TransferPurpose purpose,
      long entries,
      long bytes,
      Duration took)
      implements ClusterEvent {}

  /**
   * A transfer did not go on as it should. Told once for each source until it gives something
   * again, however often that is tried.
   *
   * @param source from which it took; null if no source is to blame
   */
  record TransferFailed(
      NodeId node,
      PartitionId partition,
      Epoch epoch,
      TransferPurpose purpose,
      @Nullable NodeId source,
      TransferFailure failure)
      implements ClusterEvent {}

  /** How a transfer failed, and what follows. */
  enum TransferFailure {
    /** The source does not give the partition now. Another one is asked, or the same again. */
    REFUSED,
    /** The source did not answer in time. Another one is asked, or the same again. */
    SILENT,
    /** What came could not be stored. It is asked for again. */
    NOT_STORED,
    /**
     * The partition's configuration changed, or more records were lost. If the partition is still
     * to be taken over, that begins anew.
     */
    OVERTAKEN
  }

  /**
   * The node's replica of a partition lost records: from now on it counts for no quorum, and takes
   * from others what it may lack.
   */
  record ReplicaDamaged(NodeId node, PartitionId partition) implements ClusterEvent {}

  /** The node's replica of a partition lost records, and is whole again. */
  record ReplicaWhole(NodeId node, PartitionId partition) implements ClusterEvent {}

  /**
   * A node that leaves has given away what it held, or stops without it.
   *
   * @param missing the partitions that it still is a replica of; empty if it handed over everything
   * @param reason why some are missing, in one sentence; empty if none is
   */
  record HandedOver(NodeId node, List<PartitionId> missing, String reason) implements ClusterEvent {
    public HandedOver {
      missing = List.copyOf(missing);
    }
  }

  /** A repair on demand has come to its end. */
  record RepairFinished(NodeId node, RepairStatus status) implements ClusterEvent {}

  /**
   * The node did not keep hints for want of room: what they hold reaches their target by
   * anti-entropy alone. Told at most once in a second for each target.
   *
   * @param target whom they were for
   * @param hints how many, since this was last told
   */
  record HintsDropped(NodeId node, NodeId target, long hints) implements ClusterEvent {}

  /**
   * The node cannot store: requests are refused with the kind of the failure. Told once, until it
   * works again, or fails for another reason.
   *
   * @param isFull whether no space is left; otherwise input or output failed
   * @param message what the storage engine says
   */
  record StorageFailed(NodeId node, boolean isFull, String message) implements ClusterEvent {}

  /** The node can store again. */
  record StorageWorks(NodeId node) implements ClusterEvent {}
}
