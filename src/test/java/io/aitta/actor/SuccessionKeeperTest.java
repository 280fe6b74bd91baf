package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.aitta.model.Ballot;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.SuccessionMessage.Accept;
import io.aitta.model.SuccessionMessage.Accepted;
import io.aitta.model.SuccessionMessage.Install;
import io.aitta.model.SuccessionMessage.Installed;
import io.aitta.model.SuccessionMessage.Prepare;
import io.aitta.model.SuccessionMessage.Promise;
import io.aitta.model.WireMessage;
import io.aitta.partition.PartitionSuccession;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** What {@link PartitionSuccession} decides is tested with it; here, what becomes of it. */
final class SuccessionKeeperTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Duration SILENCE = Duration.ofMillis(300); // more than two ticks
  private static final PartitionId PARTITION = new PartitionId(1);
  private static final Succession FIRST =
      Succession.first(Configuration.stable(PARTITION, Epoch.FIRST, Parts.NODES));
  private static final Configuration JOINT =
      new Configuration(PARTITION, Epoch.FIRST.next(), Parts.NODES, List.of(Parts.SELF, Parts.B));
  private static final Ballot BALLOT = new Ballot(7, Parts.B);
  private static final Prepare PREPARE = new Prepare(Parts.B, Parts.SELF, FIRST, BALLOT);
  private static final Accept ACCEPT = new Accept(Parts.B, Parts.SELF, FIRST, BALLOT, JOINT);

  private final ServiceState serving = Parts.serving();
  private final TestProbe<Replica.Command> replica = ACTORS.probe(Replica.Command.class);
  private final TestProbe<CapturedTransport.Sent> network =
      ACTORS.probe(CapturedTransport.Sent.class);
  private final NodeContext node =
      Parts.node(
          ACTORS.probe(Ask.class).ref(),
          new RequestLimit(1),
          Parts.clock(),
          serving,
          ACTORS.probe(HintedHandoff.Command.class).ref());

  private ActorRef<WireMessage> keeper() {
    return ACTORS.spawn(
        Behaviors.transformMessages(
            WireMessage.class,
            SuccessionKeeper.create(
                node,
                CapturedTransport.to(network),
                replica.ref(),
                new Published<>(Map.of()),
                Map.of()),
            SuccessionKeeper::fromWire));
  }

  /** A node that knows its configurations, and compares itself with the others yet. */
  private void becomeStarting() {
    node.service()
        .set(
            new ServiceState(
                ServiceState.Phase.STARTING,
                "compares itself with the others",
                serving.cluster(),
                serving.table(),
                serving.founders()));
  }

  private Replica.Install stored() {
    Replica.Install install = replica.expectMessageClass(Replica.Install.class);
    install.replyTo().tell(new Replica.Installed(null));
    return install;
  }

  /** The next that is said of a partition; tables are compared meanwhile. */
  private SuccessionMessage said() {
    while (true) {
      if (network.receiveMessage().message() instanceof SuccessionMessage message) {
        return message;
      }
    }
  }

  @Test
  void promisesAndAcceptsOnceThatIsStored() {
    ActorRef<WireMessage> keeper = keeper();
    keeper.tell(PREPARE);
    stored();
    assertEquals(
        new Promise(Parts.SELF, Parts.B, PARTITION, Epoch.FIRST, BALLOT, Ballot.NONE, null),
        said());
    keeper.tell(ACCEPT);
    stored();
    assertEquals(new Accepted(Parts.SELF, Parts.B, PARTITION, Epoch.FIRST, BALLOT), said());
  }

  /** It may have forgotten what it promised before. */
  @Test
  void promisesAndAcceptsNothingBeforeItServes() {
    becomeStarting();
    ActorRef<WireMessage> keeper = keeper();
    keeper.tell(PREPARE);
    keeper.tell(ACCEPT);
    replica.expectNoMessage(SILENCE);
    node.service().set(serving);
    keeper.tell(PREPARE);
    stored();
    assertInstanceOf(Promise.class, said());
  }

  @Test
  void learnsWhatWasDecidedBeforeItServes() {
    becomeStarting();
    Succession decided = new Succession(JOINT, Parts.NODES);
    keeper().tell(new Install(Parts.B, Parts.SELF, decided, false));
    assertEquals(decided, stored().states().get(0).installed());
    SuccessionMessage said = said();
    while (said instanceof Install) { // for who may not know it
      said = said();
    }
    assertEquals(new Installed(Parts.SELF, Parts.B, PARTITION, JOINT.epoch()), said);
  }

  @Test
  void whatItLogsBearsItsName() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(SuccessionKeeper.class);
    logger.addAppender(log);
    try {
      ActorRef<WireMessage> keeper = keeper();
      network.receiveMessage(); // a timer has been there
      keeper.tell(PREPARE);
      Replica.Install install = replica.expectMessageClass(Replica.Install.class);
      install
          .replyTo()
          .tell(
              new Replica.Installed(
                  new StorageException(StorageException.Kind.FAILED, "a failure for the test")));
      replica.expectMessageClass(Replica.Install.class); // at the next tick, after it was logged
    } finally {
      logger.detachAppender(log);
    }
    assertTrue(
        log.list.stream()
            .anyMatch(one -> one.getMessage().equals("could not store configurations")),
        log.list.toString());
  }
}
