package io.aitta.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.aitta.model.ControlMessage;
import io.aitta.model.WireMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every version reads what this one wrote: the stored bytes never change, and a new kind, variant
 * or constant comes with new ones.
 */
final class StoredBytesTest {
  private static final Map<String, WireMessage> EXAMPLES = WireExamples.all();
  private static final Wire WIRE = new Wire();

  @AfterAll
  static void stop() {
    WIRE.close();
  }

  static Stream<String> names() {
    return EXAMPLES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void storedBytesAreReadAsTheMessageThatTheyWere(String name) throws IOException {
    WireMessage expected = example(name);
    assertEquals(expected, WIRE.read(stored(name), expected));
  }

  @ParameterizedTest
  @MethodSource("names")
  void framesAreWrittenAsExactlyTheStoredBytes(String name) throws IOException {
    WireMessage message = example(name);
    if (message instanceof ControlMessage) {
      // Written by Jackson, which may choose another form of the same document.
      assertEquals(message, WIRE.read(WIRE.write(message), message));
    } else {
      assertEquals(hex(stored(name)), hex(WIRE.write(message)));
    }
  }

  @Test
  void everyKindAndVariantAndConstantHasStoredBytes() {
    Set<String> covered = new TreeSet<>();
    EXAMPLES.values().forEach(message -> collectPresent(message, covered));
    Set<String> possible = new TreeSet<>();
    collectPossible(WireMessage.class, possible, new HashSet<>());
    assertEquals(possible, covered);
  }

  @Test
  void manifestsAreTheOnesThatOtherVersionsKnow() throws NotSerializableException {
    Set<String> manifests = new TreeSet<>();
    EXAMPLES.values().forEach(message -> manifests.add(WIRE.serializer(message).manifest(message)));
    assertEquals(
        Set.of(
            "Q", "A", "P", "c", "C", "D1", "D2", "D3", "D4", "E1", "E2", "E3", "E4", "E5", "E6",
            "E7", "G", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "S1", "S2",
            "S3", "S4", "S5", "S6", "S7", "T1", "T2", "L1", "L2", "R", "r"),
        manifests);
    assertEquals(7401, WIRE.frames().identifier());
    assertEquals(7402, WIRE.control().identifier());
  }

  private static WireMessage example(String name) {
    return Objects.requireNonNull(EXAMPLES.get(name));
  }

  private static byte[] stored(String name) throws IOException {
    try (InputStream in = StoredBytesTest.class.getResourceAsStream("/wire/" + name + ".hex")) {
      assertNotNull(
          in, () -> "no stored bytes, now they would be " + hex(WIRE.write(example(name))));
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** The records and constants in a message. */
  private static void collectPresent(Object part, Set<String> found) {
    if (part instanceof Enum<?> constant) {
      found.add(constant.getDeclaringClass().getName() + "." + constant.name());
    } else if (part instanceof Iterable<?> parts) {
      parts.forEach(inner -> collectPresent(inner, found));
    } else if (part instanceof Record) {
      found.add(part.getClass().getName());
      for (RecordComponent component : part.getClass().getRecordComponents()) {
        try {
          collectPresent(component.getAccessor().invoke(part), found);
        } catch (ReflectiveOperationException e) {
          throw new LinkageError(e.getMessage(), e);
        }
      }
    }
  }

  /** The records and constants that a message of a type may be made of. */
  private static void collectPossible(Type type, Set<String> found, Set<Type> seen) {
    if (!seen.add(type)) {
      return;
    }
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collectPossible(argument, found, seen);
      }
    } else if (type instanceof Class<?> some && some.isEnum()) {
      for (Object constant : some.getEnumConstants()) {
        found.add(some.getName() + "." + ((Enum<?>) constant).name());
      }
    } else if (type instanceof Class<?> some && some.isSealed()) {
      for (Class<?> kind : some.getPermittedSubclasses()) {
        collectPossible(kind, found, seen);
      }
    } else if (type instanceof Class<?> some && some.isRecord()) {
      found.add(some.getName());
      for (RecordComponent component : some.getRecordComponents()) {
        collectPossible(component.getGenericType(), found, seen);
      }
    }
  }
}
