package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Entry;
import io.aitta.model.Founding;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SeenRuns;
import io.aitta.model.Version;
import io.aitta.partition.FoundingState;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.replica.NodeMetadata.Identity;
import io.aitta.storage.RecordFormat;
import io.aitta.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What disks hold in {@code stored/forms.properties} must be read by every later version. A change
 * of a form adds lines there, and changes none.
 */
final class StoredFormsTest {
  private static final Map<String, String> STORED = read();
  private static final byte[] KEY = "\u0007under this key".getBytes(StandardCharsets.US_ASCII);
  private static final NodeId A = new NodeId(0x0A0B0C0D0E0F1011L);
  private static final NodeId B = new NodeId(-2);
  private static final Version VERSION =
      new Version(new HybridTime((1_700_000_000_000L << 16) | 7), A);
  private static final Founding FOUNDING =
      new Founding(
          new ClusterId(new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L)),
          new ClusterShape(256, 3),
          List.of(
              new PeerDescription(A, "zone-1", 1.0, "pekko://app@127.0.0.1:25601/system/aitta"),
              new PeerDescription(B, "", 2.5, "pekko://app@127.0.0.1:25602/system/aitta")));

  private static Map<String, String> read() {
    Properties lines = new Properties();
    try (InputStream in = StoredFormsTest.class.getResourceAsStream("/stored/forms.properties")) {
      lines.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> stored = new TreeMap<>();
    lines.forEach((name, hex) -> stored.put((String) name, (String) hex));
    return stored;
  }

  private static Map<String, Entry> entries() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    entries.put(
        "record.1.value", Entry.value(VERSION, Entry.NEVER, "jackson", Bytes.ofUtf8("{\"a\":1}")));
    entries.put(
        "record.1.expiring", Entry.value(VERSION, 1_700_000_060_000L, "", Bytes.ofUtf8("ä")));
    entries.put("record.1.empty", Entry.value(VERSION, Entry.NEVER, "bytes", Bytes.EMPTY));
    entries.put("record.1.tombstone", Entry.tombstone(VERSION));
    return entries;
  }

  private static byte[] stored(String name) {
    return HexFormat.of().parseHex(STORED.get(name));
  }

  static Set<String> recordNames() {
    return entries().keySet();
  }

  @ParameterizedTest
  @MethodSource("recordNames")
  void aStoredRecordIsRead(String name) {
    Entry entry = Objects.requireNonNull(entries().get(name));
    assertEquals(entry, RecordFormat.decode(KEY, stored(name)));
    assertEquals(STORED.get(name), HexFormat.of().formatHex(RecordFormat.encode(KEY, entry)));
  }

  @ParameterizedTest
  @MethodSource("recordNames")
  void aStoredRecordThatIsCutOrFlippedAnywhereIsNone(String name) {
    byte[] record = stored(name);
    for (int i = 0; i < record.length; i++) {
      assertNull(RecordFormat.decode(KEY, Arrays.copyOf(record, i)), "cut at " + i);
      byte[] flipped = record.clone();
      flipped[i] ^= 1;
      assertNull(RecordFormat.decode(KEY, flipped), "flipped at " + i);
    }
    assertNull(RecordFormat.decode(new byte[] {1}, record), "another key");
  }

  private static void assertStored(String name, Bytes encoded) {
    assertEquals(STORED.get(name), HexFormat.of().formatHex(encoded.toByteArray()), name);
  }

  private static Bytes metadata(String name) {
    return Bytes.wrap(stored(name));
  }

  @Test
  void aStoredIdentityIsRead() throws StorageException {
    Identity identity = new Identity(A, 42);
    assertStored("identity.1", NodeMetadata.encodeIdentity(identity));
    assertEquals(identity, NodeMetadata.decodeIdentity(metadata("identity.1")));
  }

  @Test
  void storedCeilingsAreRead() throws StorageException {
    Ceilings ceilings = new Ceilings(VERSION.time(), VERSION.time().next());
    assertStored("clock.1", NodeMetadata.encodeCeilings(ceilings));
    assertEquals(ceilings, NodeMetadata.decodeCeilings(metadata("clock.1")));
  }

  @Test
  void storedPartitionsThatAreNotWholeAreRead() throws StorageException {
    Set<PartitionId> one = Set.of(new PartitionId(255));
    assertStored("recovering.1.one", NodeMetadata.encodeRecovering(one));
    assertEquals(one, NodeMetadata.decodeRecovering(metadata("recovering.1.one")));
    assertStored("recovering.1.none", NodeMetadata.encodeRecovering(Set.of()));
    assertEquals(Set.of(), NodeMetadata.decodeRecovering(metadata("recovering.1.none")));
  }

  @Test
  void storedRunsOfPeersAreRead() throws StorageException {
    Map<NodeId, SeenRuns> peers = new LinkedHashMap<>();
    peers.put(A, SeenRuns.NONE);
    peers.put(B, new SeenRuns(Incarnation.of(76, 0), HybridTime.ZERO, HybridTime.ZERO));
    assertEquals(
        peers, NodeMetadata.decodePeers(metadata("peers.1")), "start counters: the run before");
    peers.put(
        B, new SeenRuns(Incarnation.of(77, 5), HybridTime.ofMillis(258), HybridTime.ofMillis(257)));
    assertStored("peers.2", NodeMetadata.encodePeers(peers));
    assertEquals(peers, NodeMetadata.decodePeers(metadata("peers.2")));
  }

  @Test
  void whyStoredDataMustNotBeServedIsRead() throws StorageException {
    assertStored("set-back.1", NodeMetadata.encodeSetBack("why"));
    assertEquals("why", NodeMetadata.decodeSetBack(metadata("set-back.1")));
  }

  @Test
  void aStoredFoundingIsRead() throws StorageException {
    FoundingState decided =
        new FoundingState(new Ballot(5, B), new Ballot(4, A), FOUNDING, FOUNDING, true, null);
    assertEquals(decided, NodeMetadata.decodeFounding(metadata("founding.1.decided")));
    FoundingState promised =
        new FoundingState(new Ballot(5, B), Ballot.NONE, null, null, false, null);
    assertEquals(promised, NodeMetadata.decodeFounding(metadata("founding.1.promised")));
    FoundingState elsewhere =
        new FoundingState(
            new Ballot(5, B), new Ballot(4, A), FOUNDING, null, false, FOUNDING.cluster());
    assertStored("founding.2.elsewhere", NodeMetadata.encodeFounding(elsewhere));
    assertEquals(elsewhere, NodeMetadata.decodeFounding(metadata("founding.2.elsewhere")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "010000", "03", "ff"})
  void metadataThatIsCutOrOfANewerFormatIsRefused(String hex) {
    Bytes cut = Bytes.wrap(HexFormat.of().parseHex(hex));
    StorageException.Kind kind =
        hex.equals("03") || hex.equals("ff")
            ? StorageException.Kind.FORMAT
            : StorageException.Kind.CORRUPT;
    List<Executable> readers =
        List.of(
            () -> NodeMetadata.decodeIdentity(cut),
            () -> NodeMetadata.decodeCeilings(cut),
            () -> NodeMetadata.decodeRecovering(cut),
            () -> NodeMetadata.decodePeers(cut),
            () -> NodeMetadata.decodeFounding(cut));
    for (Executable reader : readers) {
      assertEquals(kind, assertThrows(StorageException.class, reader).kind());
    }
  }
}
