package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import io.aitta.partition.PartitionState;
import io.aitta.storage.Durability;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftoversTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final PartitionId P = new PartitionId(3);
  private static final Key KEY = Key.of("orders", "42");

  private final StorageEngine engine =
      new MemoryEngineProvider()
          .open(
              new StorageSettings(
                  Path.of("."), StorageSettings.Fsync.NONE, Duration.ofSeconds(1), 0));
  private final Leftovers leftovers = new Leftovers(engine);

  private static Entry value(long millis) {
    return Entry.value(
        new Version(HybridTime.ofMillis(millis), OTHER), Entry.NEVER, "n", Bytes.ofUtf8("v"));
  }

  private void store(PartitionId partition, Key key, Entry entry) throws StorageException {
    engine.write(
        List.of(new Mutation.PutEntry(partition, key, entry, engine.read(partition, key))),
        Durability.POLICY);
  }

  private static PartitionState joint(int epoch, List<NodeId> members, List<NodeId> successors) {
    Configuration configuration = new Configuration(P, new Epoch(0, epoch), members, successors);
    return PartitionState.first(configuration);
  }

  @Test
  void aNodeEntersByTheFirstJointConfigurationThatWantsItAndWasNotThere() throws StorageException {
    PartitionState entering = joint(4, List.of(OTHER), List.of(OTHER, SELF));
    assertTrue(leftovers.isEntering(SELF, entering));
    assertFalse(leftovers.isEntering(OTHER, entering), "it stays");
    assertFalse(leftovers.isEntering(SELF, joint(4, List.of(SELF), List.of(SELF, OTHER))));
    assertFalse(leftovers.isEntering(SELF, joint(4, List.of(SELF), List.of())));
    engine.write(
        List.of(
            new Mutation.PutMetadata(StoredPartitions.name(P), StoredPartitions.encode(entering))),
        Durability.ALWAYS);
    assertFalse(leftovers.isEntering(SELF, entering), "it is loading already");
    assertTrue(leftovers.isEntering(SELF, joint(6, List.of(OTHER), List.of(SELF))));
  }

  @Test
  void whatIsSetAsideIsNoPartOfThePartition() throws StorageException {
    for (int i = 0; i < 2500; i++) {
      store(P, Key.of("orders", "key-" + i), value(i));
    }
    assertEquals(2500, leftovers.setAside(P));
    assertEquals(List.of(), engine.scan(P, null, 10, 1000).entries());
    assertEquals(value(7), engine.read(P.setAside(), Key.of("orders", "key-7")));
    assertEquals(2500, engine.statistics().values());
  }

  @Test
  void theNewerOfTwoThatAreSetAsideStays() throws StorageException {
    store(P, KEY, value(5));
    leftovers.setAside(P);
    store(P, KEY, value(4));
    leftovers.setAside(P);
    assertEquals(value(5), engine.read(P.setAside(), KEY));
    store(P, KEY, value(6));
    leftovers.setAside(P);
    assertEquals(value(6), engine.read(P.setAside(), KEY));
    assertNull(engine.read(P, KEY));
  }

  @Test
  void removesThatVersionAlone() throws StorageException {
    store(P, KEY, value(6));
    leftovers.remove(P, List.of(KeyVersion.of(KEY, value(5))), List.of());
    assertEquals(value(6), engine.read(P, KEY));
    leftovers.remove(P, List.of(KeyVersion.of(KEY, value(6))), List.of());
    assertNull(engine.read(P, KEY));
  }
}
