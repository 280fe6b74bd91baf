package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.Version;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.DeadRecords;
import io.aitta.replica.Horizons;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** This node holds a tombstone that is dead for long enough. */
final class TombstoneAnswersTest {
  private static final PartitionId PARTITION = new PartitionId(1);
  private static final Key KEY = Key.of("orders", "42");
  private static final Version VERSION = new Version(HybridTime.ofMillis(500), Parts.B);
  private static final List<KeyVersion> DEAD = List.of(new KeyVersion(KEY, VERSION, true));
  private static final ComparisonHeader HEADER =
      new ComparisonHeader(1, 1, Parts.B, Incarnation.of(1, 1), Parts.SELF, PARTITION, Epoch.FIRST);
  private static final long NOW_MILLIS = 10_000;

  private final FailingEngine disk = new FailingEngine();
  private final TombstoneAnswers answers =
      new TombstoneAnswers(
          Parts.RUN, new DeadRecords(Parts.SELF, disk.engine(), new Horizons(), 1_000));

  @BeforeEach
  void store() throws StorageException {
    disk.healthy()
        .write(
            List.of(new Mutation.PutEntry(PARTITION, KEY, Entry.tombstone(VERSION), null)),
            Durability.POLICY);
  }

  private TombstoneMessage answer(
      TombstoneMessage question, @Nullable ConfigurationTable configurations, boolean isWhole) {
    return answers.answer(
        question,
        configurations,
        isWhole,
        NOW_MILLIS,
        (partition, keys) -> {
          throw new AssertionError("nothing is corrupt");
        },
        LoggerFactory.getLogger(TombstoneAnswersTest.class));
  }

  private Bytes confirmed(@Nullable ConfigurationTable configurations, boolean isWhole) {
    return ((TombstoneMessage.Confirmed)
            answer(new TombstoneMessage.Asked(HEADER, DEAD), configurations, isWhole))
        .held();
  }

  private boolean dropped(@Nullable ConfigurationTable configurations, boolean isWhole) {
    return ((TombstoneMessage.Dropped)
            answer(new TombstoneMessage.Drop(HEADER, DEAD), configurations, isWhole))
        .isDone();
  }

  private static ConfigurationTable configurations() {
    ConfigurationTable configurations = Parts.serving().configurations();
    assertNotNull(configurations);
    return configurations;
  }

  private @Nullable Entry stored() throws StorageException {
    return disk.healthy().read(PARTITION, KEY);
  }

  @Test
  void aWholeReplicaConfirmsWhatItHoldsAndDropsWhatIsProven() throws StorageException {
    assertEquals(Bytes.wrap(new byte[] {1}), confirmed(configurations(), true));
    assertEquals(true, dropped(configurations(), true));
    assertNull(stored());
  }

  /** What it lost may have been the older value that the tombstone is there against. */
  @Test
  void aReplicaThatIsNotWholeConfirmsAndDropsNothing() throws StorageException {
    assertEquals(Bytes.EMPTY, confirmed(configurations(), false));
    assertEquals(false, dropped(configurations(), false));
    assertNotNull(stored());
  }

  @Test
  void aNodeThatDoesNotServeConfirmsAndDropsNothing() throws StorageException {
    assertEquals(Bytes.EMPTY, confirmed(null, true));
    assertEquals(false, dropped(null, true));
    assertNotNull(stored());
  }

  @Test
  void whatCouldNotBeMadeDurableIsNotConfirmed() throws StorageException {
    disk.fail(StorageException.Kind.FULL);
    assertEquals(Bytes.EMPTY, confirmed(configurations(), true));
    assertEquals(false, dropped(configurations(), true));
    assertNotNull(stored());
  }
}
