package io.aitta.actor;

import io.aitta.model.ClusterShape;
import io.aitta.storage.StorageSettings;
import java.time.Duration;

/**
 * What a node's actors are told; read and checked once, in the root package.
 *
 * @param shape partitions and replication factor
 * @param bootstrapNodes how many nodes found the cluster
 * @param zone this node's failure domain; empty if none
 * @param weight its share of the data
 * @param engine the storage engine's short name or provider class
 * @param storage how to open it
 * @param timeout an operation's default timeout
 * @param maxTimeout the longest timeout that may be asked for
 * @param maxKeyBytes the largest key
 * @param maxValueBytes the largest encoded value
 * @param maxCoordinators requests in flight on this node
 * @param readHeadStart how long a read at ONE waits for the local replica before it asks the others
 * @param clockBound how far ahead of the wall clock a version may be
 * @param link bounds of the link to each peer
 * @param maxMessageBytes frames above it go in pieces
 * @param maxAssemblyBytes bytes of unfinished frames that are held
 * @param greetInterval how often peers are greeted
 * @param suspectAfter silence after which a peer is suspected
 * @param deadAfter silence after which a peer is dead
 * @param suspectAfterFailures unanswered frames in a row after which a peer is suspected
 * @param maxHintsPerPeer hints kept for one peer
 * @param maxHintBytesPerPeer encoded bytes of hints kept for one peer
 * @param reconfiguration how data moves when nodes come and go
 * @param comparison how replicas are compared in the background
 * @param tombstoneInterval how often dead records are looked for
 * @param rememberedVersions overwritten versions that a replica remembers
 */
public record NodeSettings(
    ClusterShape shape,
    int bootstrapNodes,
    String zone,
    double weight,
    String engine,
    StorageSettings storage,
    Duration timeout,
    Duration maxTimeout,
    int maxKeyBytes,
    int maxValueBytes,
    int maxCoordinators,
    Duration readHeadStart,
    Duration clockBound,
    LinkSettings link,
    int maxMessageBytes,
    long maxAssemblyBytes,
    Duration greetInterval,
    Duration suspectAfter,
    Duration deadAfter,
    int suspectAfterFailures,
    long maxHintsPerPeer,
    long maxHintBytesPerPeer,
    ReconfigurationSettings reconfiguration,
    ComparisonSettings comparison,
    Duration tombstoneInterval,
    int rememberedVersions) {}
