package io.aitta.multijvm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code {1 killed and started again, 2, 3}}: what was sent to the node while it started must not
 * lead later messages astray, when Artery has compressed the names of those that it was sent to.
 */
final class RestartedNodeStaysHeardTest {
  private static final int HEARD_OFTEN = 20;

  @RegisterExtension
  final ProcessCluster cluster =
      ProcessCluster.ofNodes(3)
          .with(
              """
              pekko.remote.artery.advanced.compression {
                actor-refs.advertisement-interval = 2s
                manifests.advertisement-interval = 2s
              }
              """);

  @Test
  void byEveryPeerForLongAfterItsStart() {
    cluster.node(1).kill();
    cluster.startAgain(cluster.node(1));
    cluster.awaitAllAlive();
    for (ProcessNode node : cluster.nodes()) {
      Map<String, Hearing> hearings = new HashMap<>();
      Await.until(
          node.name() + " heard every peer often",
          () -> {
            for (JsonNode peer : node.client().cluster().path("peers")) {
              if (!peer.path("self").asBoolean()) {
                hearings
                    .computeIfAbsent(peer.path("node").asText(), id -> new Hearing())
                    .record(peer.path("silentMillis").asLong());
              }
            }
            boolean isDone =
                hearings.size() == 2
                    && hearings.values().stream().allMatch(one -> one.times >= HEARD_OFTEN);
            return isDone
                ? null
                : hearings.values().stream()
                    .map(one -> one.times + " times")
                    .collect(Collectors.joining(", "));
          });
    }
  }

  /** How often a peer was heard anew. */
  private static final class Hearing {
    private int times;
    private long agoMillis = Long.MAX_VALUE;

    void record(long nowAgoMillis) {
      if (nowAgoMillis < agoMillis) {
        times++;
      }
      agoMillis = nowAgoMillis;
    }
  }
}
