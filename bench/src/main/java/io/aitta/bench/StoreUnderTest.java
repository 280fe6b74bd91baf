package io.aitta.bench;

import java.util.List;

/**
 * What a system under test implements: one instance in every node's process, made by its public
 * constructor without arguments. Operations are called by several threads, and never block.
 */
public interface StoreUnderTest {

  /** Starts this process as a node that others can join. Binds port 0 alone. */
  void start(NodeSetup setup) throws Exception;

  /** Where the others reach this node; whatever {@link #join} of the same system takes. */
  String address();

  /**
   * Makes one cluster of all nodes. Called once on each node, when all were started.
   *
   * @param addresses of all nodes, in order
   */
  void join(List<String> addresses) throws Exception;

  /** Whether all nodes are in, and hold what they should. Asked again and again. */
  boolean isReady() throws Exception;

  /** Reads a key. */
  void get(String key, Completion completion);

  /** Stores a value. The array belongs to the store. */
  void put(String key, byte[] value, Completion completion);

  /** Ends this node. */
  default void stop() throws Exception {}
}
