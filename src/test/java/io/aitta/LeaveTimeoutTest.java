package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.model.ClusterEvent;
import io.aitta.model.ClusterEvent.HandedOver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A node that is shut down, alone in its cluster, so that nobody can take over what it holds. */
final class LeaveTimeoutTest {
  private static final int PARTITIONS = 4;
  private static final String WARNING = "this node stops and did not give its data to others: ";

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              pekko {
                actor.provider = cluster
                remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                jvm-exit-on-fatal-error = off
                coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
                coordinated-shutdown.phases.before-cluster-shutdown.timeout = 100 s
                cluster.jmx.enabled = off
              }
              aitta {
                bootstrap.nodes = 1
                partitions = 4
                storage.engine = memory
              }
              """)
          .withFallback(ConfigFactory.load());

  /** What is logged in this process, by whomever. */
  private static final class Warnings extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    static Warnings begin() {
      Warnings warnings = new Warnings();
      warnings.start();
      warnings.root.addAppender(warnings);
      return warnings;
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        seen.add(event.getFormattedMessage());
      }
    }

    List<String> ofLeaving() {
      return seen.stream().filter(one -> one.startsWith(WARNING)).toList();
    }

    @Override
    public void close() {
      root.detachAppender(this);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20 ms, it did not get done within 20 ms",
    "90 s, no other node is there to take its data"
  })
  void aNodeThatNobodyTakesOverFromStopsAndSaysWhatIsMissing(String timeout, String reason)
      throws InterruptedException {
    BlockingQueue<ClusterEvent> events = new LinkedBlockingQueue<>();
    try (Warnings warnings = Warnings.begin()) {
      ActorSystem<?> system = start("aitta.reconfiguration.leave-timeout = " + timeout);
      ClusterEvents.listen(
          system,
          event -> {
            if (event instanceof HandedOver) {
              events.add(event);
            }
          });
      stop(system);
      HandedOver handed = assertInstanceOf(HandedOver.class, events.poll(30, TimeUnit.SECONDS));
      assertEquals(reason, handed.reason());
      assertEquals(PARTITIONS, handed.missing().size());
      assertEquals(
          List.of(WARNING + "it is still a replica of partitions " + handed.missing()),
          warnings.ofLeaving());
    }
  }

  @Test
  void aNodeThatIsNotToGiveItsDataToOthersStopsAtOnce() {
    try (Warnings warnings = Warnings.begin()) {
      stop(start("aitta.reconfiguration { leave-on-shutdown = off, leave-timeout = 90 s }"));
      assertTrue(warnings.ofLeaving().isEmpty());
    }
  }

  private static ActorSystem<?> start(String override) {
    ActorSystem<?> system =
        ActorSystem.create(
            Behaviors.empty(), "alone", ConfigFactory.parseString(override).withFallback(CONFIG));
    Aitta aitta = Aitta.get(system);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    aitta.whenReady().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    return system;
  }

  private static void stop(ActorSystem<?> system) {
    CoordinatedShutdown.get(system).run(CoordinatedShutdown.unknownReason());
    system.getWhenTerminated().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
