package io.aitta.testkit;

import io.aitta.actor.Links;

/** What waits or is in flight between the nodes of a test cluster. */
public final class TestLinks {
  private TestLinks() {}

  /** The requests on all links of a node. */
  public static int requests(TestCluster cluster, int node) {
    return Links.requests(cluster.system(), cluster.started(node));
  }
}
