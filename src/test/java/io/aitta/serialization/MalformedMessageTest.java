package io.aitta.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.aitta.model.ControlMessage;
import io.aitta.model.FramePiece;
import io.aitta.model.RefusedMessage;
import io.aitta.model.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes from the network is read as a message, or refused by type: nothing else. */
final class MalformedMessageTest {
  private static final Map<String, WireMessage> EXAMPLES = WireExamples.all();
  private static final Wire WIRE = new Wire();

  @AfterAll
  static void stop() {
    WIRE.close();
  }

  static Stream<String> names() {
    return EXAMPLES.keySet().stream();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aMessageThatIsCutAnywhereIsRefused(String name) {
    WireMessage message = example(name);
    byte[] bytes = WIRE.write(message);
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length), message);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void bytesBehindTheEndAreRefused(String name) {
    WireMessage message = example(name);
    byte[] bytes = WIRE.write(message);
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), message);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bytesThatAreFlippedAtRandomAreReadOrRefusedAndNeverAnythingElse(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (WireMessage message : EXAMPLES.values()) {
      byte[] bytes = WIRE.write(message);
      for (int round = 0; round < 50; round++) {
        byte[] flipped = bytes.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 + random.nextInt(255));
        }
        refused += isRefused(flipped, message) ? 1 : 0;
      }
    }
    assertTrue(refused > 0, "nothing was refused");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noiseIsRefused(long seed) {
    Random random = new Random(seed);
    for (WireMessage message : EXAMPLES.values()) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      assertRefused(noise, message);
    }
  }

  /** Were it allocated, the largest array would be more than the heap of any test. */
  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 1 << 30})
  void absurdLengthsAreRefusedWhereverTheyStand(int length) {
    for (WireMessage message : EXAMPLES.values()) {
      if (!(message instanceof ControlMessage)) {
        byte[] bytes = WIRE.write(message);
        for (int at = 0; at + Integer.BYTES <= bytes.length; at++) {
          byte[] absurd = bytes.clone();
          ByteBuffer.wrap(absurd).putInt(at, length);
          isRefused(absurd, message);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 1 << 20})
  void aCountOfMoreElementsThanThereAreBytesIsRefused(int count) {
    byte[] requests = WIRE.write(example("request-none"));
    ByteBuffer.wrap(requests).putInt(requests.length - Integer.BYTES, count);
    assertRefused(requests, example("request-none"));
    byte[] page = WIRE.write(example("copy-page-refused"));
    ByteBuffer.wrap(page).putInt(page.length - Integer.BYTES, count);
    assertRefused(page, example("copy-page-refused"));
    for (String name : new String[] {"compare-listing-request-all", "compare-listing-reply-last"}) {
      byte[] listing = WIRE.write(example(name));
      ByteBuffer.wrap(listing).putInt(listing.length - Integer.BYTES, count);
      assertRefused(listing, example(name));
    }
  }

  @Test
  void nodesThatDoNotExistAreRefused() {
    WireMessage few = example("compare-nodes-request-few"); // level, count, two indices
    byte[] bytes = WIRE.write(few);
    int levelAt = bytes.length - 1 - Integer.BYTES - 2 * Short.BYTES;
    for (int level : new int[] {-1, 0, 1, 2, 5, 127}) {
      assertRefused(withByte(bytes, levelAt, level), few);
    }
    for (int count : new int[] {-1, 0, 1, 3, 4_097, Integer.MAX_VALUE}) {
      byte[] counted = bytes.clone();
      ByteBuffer.wrap(counted).putInt(levelAt + 1, count);
      assertRefused(counted, few);
    }
    assertRefused(withByte(bytes, bytes.length - 2, 0), few); // they do not rise any more
    assertRefused(withByte(bytes, bytes.length - 2, 0x10), few); // beyond the level
    WireMessage many = example("compare-nodes-request-many"); // three bits in two bytes
    byte[] bitmap = WIRE.write(many);
    assertRefused(withByte(bitmap, bitmap.length - 1, 0), many);
    WireMessage root = example("compare-root-reply");
    byte[] summary = WIRE.write(root);
    assertRefused(withByte(summary, summary.length - 1, 5), root);
    assertRefused(withByte(summary, summary.length - 1 - Long.BYTES, -1), root);
  }

  private static byte[] withByte(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  @Test
  void aPieceThatAnnouncesLessThanItCarriesIsRefused() {
    FramePiece piece = (FramePiece) example("piece");
    byte[] bytes = WIRE.write(piece);
    int totalAt = bytes.length - piece.content().size() - 2 * Integer.BYTES;
    ByteBuffer.wrap(bytes).putInt(totalAt, 3);
    assertRefused(bytes, piece);
  }

  @ParameterizedTest
  @MethodSource("names")
  void anUnknownFormatIsRefused(String name) {
    WireMessage message = example(name);
    if (!(message instanceof ControlMessage)) {
      byte[] bytes = WIRE.write(message);
      bytes[0] = 2;
      assertRefused(bytes, message);
    }
  }

  @Test
  void everyCodeThatIsNotGivenIsRefused() {
    for (String name : new String[] {"request-write-put", "reply-refused-dead", "request-read"}) {
      WireMessage message = example(name);
      byte[] bytes = WIRE.write(message);
      for (int code = 14; code < 256; code++) {
        byte[] unknown = bytes.clone();
        unknown[kindAt(name)] = (byte) code;
        assertRefused(unknown, message);
      }
    }
  }

  /** Where the byte of an item's kind stands. */
  private static int kindAt(String name) {
    return name.startsWith("request")
        ? 1 + 16 + 4 * 8 + 8 + 8 + 4 + 8 + 4
        : 1 + 4 * 8 + 8 + 8 + 4 + 8;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "q", "Z", "QQ", "io.aitta.model.RequestFrame", "java.lang.Object", "#", "G#x"})
  void anUnknownManifestIsRefused(String manifest) throws IOException {
    byte[] frame = WIRE.write(example("request-read"));
    byte[] control = WIRE.write(example("greeting"));
    assertThrows(NotSerializableException.class, () -> WIRE.frames().fromBinary(frame, manifest));
    assertThrows(
        NotSerializableException.class, () -> WIRE.control().fromBinary(control, manifest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.aitta.model.Greeting",
        "io.aitta.model.NodeId",
        "io.aitta.model.FoundingMessage",
        "java.util.ArrayList",
        "javax.management.BadAttributeValueExpException",
        "scala.None$",
        "no.such.Name"
      })
  void aControlMessageUnderTheNameOfAClassIsRefused(String className) {
    byte[] bytes = WIRE.write(example("greeting"));
    assertThrows(NotSerializableException.class, () -> WIRE.control().fromBinary(bytes, className));
  }

  @Test
  void aControlDocumentThatIsTooLargeIsRefused() throws IOException {
    byte[] huge = cbor().writeValueAsBytes(Map.of("condition", "x".repeat(8 << 20)));
    assertRefused(huge, example("report-reply"));
    byte[] longText = cbor().writeValueAsBytes(Map.of("zone", "x".repeat(100_000)));
    assertRefused(longText, example("greeting"));
  }

  @Test
  void aControlDocumentThatIsNestedDeeplyIsRefused() {
    byte[] nested = new byte[1 << 20];
    Arrays.fill(nested, (byte) 0x81); // an array of one element, which is an array of one element
    for (String name : EXAMPLES.keySet()) {
      if (example(name) instanceof ControlMessage message) {
        assertRefused(nested, message);
      }
    }
  }

  @Test
  void aControlDocumentThatAnnouncesAHugeTextOrArrayIsRefused() {
    for (int major : new int[] {0x5b, 0x7b, 0x9b, 0xbb}) { // with a length of eight bytes
      byte[] bytes =
          ByteBuffer.allocate(20).put((byte) major).putLong(Integer.MAX_VALUE - 9L).array();
      assertRefused(bytes, example("greeting"));
    }
  }

  /** Its size when it is unpacked is for the sender to choose. */
  @Test
  void aCompressedControlDocumentIsRefused() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(WIRE.write(example("greeting")));
    }
    assertRefused(zipped.toByteArray(), example("greeting"));
    byte[] lz4 = ByteBuffer.allocate(64).putInt(0x87d96df6).putInt(Integer.MAX_VALUE - 8).array();
    assertRefused(lz4, example("greeting"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aControlMessageThatLacksAPartIsRefusedUnlessItMayBeMissing(String name) throws IOException {
    if (!(example(name) instanceof ControlMessage message)) {
      return;
    }
    ObjectNode whole = (ObjectNode) cbor().readTree(WIRE.write(message));
    for (var component : message.getClass().getRecordComponents()) {
      boolean mayBeMissing =
          component.getType().isPrimitive()
              || (component.getName().equals("cluster") && name.startsWith("greeting"))
              || component.getName().equals("accepted")
              || component.getName().equals("receiver")
              || component.getName().equals("remembered");
      ObjectNode without = whole.deepCopy();
      without.remove(component.getName());
      ObjectNode withNull = whole.deepCopy();
      withNull.putNull(component.getName());
      for (ObjectNode lacking : new ObjectNode[] {without, withNull}) {
        assertEquals(
            !mayBeMissing,
            isRefused(cbor().writeValueAsBytes(lacking), message),
            () -> component + " in " + lacking);
      }
    }
  }

  @Test
  void whatIsRefusedIsReportedOnceAndShortened() {
    TestProbe<RefusedMessage> reports = WIRE.refused();
    String manifest = "?".repeat(100_000);
    assertThrows(
        NotSerializableException.class, () -> WIRE.frames().fromBinary(new byte[1], manifest));
    RefusedMessage report =
        reports
            .fishForMessage(
                Duration.ofSeconds(10),
                one ->
                    one.manifest().startsWith("??")
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .get(0);
    assertEquals(200, report.manifest().length());
  }

  private static ObjectMapper cbor() {
    return new CBORMapper();
  }

  private static WireMessage example(String name) {
    return Objects.requireNonNull(EXAMPLES.get(name));
  }

  private static void assertRefused(byte[] bytes, WireMessage kind) {
    assertTrue(
        isRefused(bytes, kind), () -> "read as " + kind.getClass() + ": " + Arrays.toString(bytes));
  }

  /** Anything but a message or the typed refusal fails the test. */
  private static boolean isRefused(byte[] bytes, WireMessage kind) {
    try {
      assertInstanceOf(kind.getClass(), WIRE.read(bytes, kind));
      return false;
    } catch (NotSerializableException e) {
      return true;
    }
  }
}
