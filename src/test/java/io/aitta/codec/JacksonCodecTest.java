package io.aitta.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JacksonCodecTest {

  record Order(String customer, int amount, List<String> lines) {}

  record Times(
      Instant at, OffsetDateTime local, LocalDate day, Duration lasted, Optional<String> note) {}

  sealed interface Shape permits Circle, Square, Point {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  record Point() implements Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Cat.class, name = "cat"),
    @JsonSubTypes.Type(value = Dog.class, name = "dog")
  })
  sealed interface Animal permits Cat, Dog {}

  record Cat(int lives) implements Animal {}

  record Dog(String name) implements Animal {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  sealed interface Plant permits Tree {}

  @JsonTypeName("tree")
  record Tree(int rings) implements Plant {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  sealed interface ByClass permits ByClassOnly {}

  record ByClassOnly(int value) implements ByClass {}

  record Holder(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object anything) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Tolerant(int amount) {}

  record Page<T>(T first, List<T> rest) {}

  enum Color {
    RED
  }

  record Painted(Color color) {}

  /** Its only component leads back to itself. */
  static final class Circular {
    public Circular next = this;
  }

  private static <V> V thereAndBack(Codec<V> codec, V value) {
    return codec.decode(codec.id(), codec.encode(value));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void isStoredAsJson() {
    assertEquals("json", JacksonCodec.of(Order.class).id());
    assertEquals(
        "{\"customer\":\"Ada\",\"amount\":3,\"lines\":[\"tea\"]}",
        text(JacksonCodec.of(Order.class).encode(new Order("Ada", 3, List.of("tea")))));
  }

  @Test
  void carriesRecords() {
    Order order = new Order("Ægir \uD83C\uDF0A", -3, List.of());
    assertEquals(order, thereAndBack(JacksonCodec.of(Order.class), order));
  }

  @Test
  void carriesTimesAndOptionals() {
    Times times =
        new Times(
            Instant.parse("2024-02-29T12:00:00.123456789Z"),
            OffsetDateTime.parse("2024-02-29T12:00:00+05:30"),
            LocalDate.parse("2024-02-29"),
            Duration.ofSeconds(90, 1),
            Optional.of("leap"));
    assertEquals(times, thereAndBack(JacksonCodec.of(Times.class), times));
    Times without =
        new Times(times.at(), times.local(), times.day(), times.lasted(), Optional.empty());
    assertEquals(without, thereAndBack(JacksonCodec.of(Times.class), without));
  }

  @Test
  void writesTimesAsText() {
    assertEquals(
        "\"2024-02-29T12:00:00Z\"",
        text(JacksonCodec.of(Instant.class).encode(Instant.parse("2024-02-29T12:00:00Z"))));
  }

  @Test
  void carriesGenericTypes() {
    Page<Order> page = new Page<>(new Order("Ada", 1, List.of()), List.of());
    assertEquals(page, thereAndBack(JacksonCodec.of(new TypeReference<Page<Order>>() {}), page));
    Map<String, List<Animal>> zoo = Map.of("house", List.of(new Cat(9), new Dog("Rex")));
    assertEquals(
        zoo, thereAndBack(JacksonCodec.of(new TypeReference<Map<String, List<Animal>>>() {}), zoo));
  }

  @Test
  void carriesASealedInterfaceByItsOwnNames() {
    JacksonCodec<Animal> codec = JacksonCodec.of(Animal.class);
    assertEquals(new Cat(9), thereAndBack(codec, new Cat(9)));
    assertEquals("{\"@type\":\"cat\",\"lives\":9}", text(codec.encode(new Cat(9))));
  }

  @Test
  void findsThePermittedSubtypesOfASealedInterfaceByItself() {
    JacksonCodec<Plant> codec = JacksonCodec.of(Plant.class);
    assertEquals("{\"@type\":\"tree\",\"rings\":7}", text(codec.encode(new Tree(7))));
    assertEquals(new Tree(7), thereAndBack(codec, new Tree(7)));
  }

  @Test
  void carriesASealedInterfaceByRegisteredNamesWithoutClassNames() {
    JacksonCodec<Shape> codec =
        JacksonCodec.ofSubtypes(
            Shape.class,
            Map.of("circle", Circle.class, "square", Square.class, "point", Point.class));
    for (Shape shape : List.of(new Circle(1.5), new Square(2), new Point())) {
      assertEquals(shape, thereAndBack(codec, shape));
      assertFalse(text(codec.encode(shape)).contains("JacksonCodecTest"));
    }
    assertEquals("{\"@type\":\"circle\",\"radius\":1.5}", text(codec.encode(new Circle(1.5))));
  }

  @Test
  void refusesASealedTypeWhoseSubtypesCannotBeToldApart() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> JacksonCodec.of(Shape.class));
    assertTrue(refused.toString().contains(Shape.class.getName()), refused.toString());
    assertTrue(refused.toString().contains("@JsonTypeInfo"), refused.toString());
  }

  @Test
  void refusesASubtypeThatWasForgotten() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                JacksonCodec.ofSubtypes(
                    Shape.class, Map.of("circle", Circle.class, "square", Square.class)));
    assertTrue(refused.toString().contains("Point"), refused.toString());
  }

  @Test
  void refusesToTellSubtypesApartByClassNames() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> JacksonCodec.of(ByClass.class));
    assertTrue(refused.toString().contains("CLASS"), refused.toString());
  }

  @Test
  void looksNoClassUpByANameInTheData() {
    JacksonCodec<Holder> codec = JacksonCodec.of(Holder.class);
    String named = "{\"anything\":{\"@class\":\"java.util.ArrayList\"}}";
    assertThrows(CodecException.class, () -> codec.decode("json", bytes(named)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{\"customer\":\"Ada\",\"amount\":1,\"lines\":[],\"more\":1}",
        "{\"customer\":\"Ada\",\"lines\":[]}",
        "{\"customer\":\"Ada\",\"amount\":null,\"lines\":[]}",
        "{\"customer\":\"Ada\",\"amount\":\"1\",\"lines\":[]}",
        "{\"customer\":\"Ada\",\"amount\":1.5,\"lines\":[]}",
        "{\"customer\":\"Ada\",\"amount\":99999999999,\"lines\":[]}",
        "{\"customer\":\"Ada\",\"amount\":1,\"amount\":2,\"lines\":[]}",
        "{\"customer\":\"Ada\",\"amount\":1,\"lines\":[]} {}",
        "{'customer':'Ada','amount':1,'lines':[]}",
        "\u0000\u0001\u0002"
      })
  void refusesWhatIsNotExactlyAValue(String stored) {
    CodecException refused =
        assertThrows(
            CodecException.class, () -> JacksonCodec.of(Order.class).decode("json", bytes(stored)));
    assertTrue(refused.toString().contains("Order"), refused.toString());
  }

  @Test
  void refusesUnknownSubtypesAndEnumsByNumber() {
    assertThrows(
        CodecException.class,
        () -> JacksonCodec.of(Animal.class).decode("json", bytes("{\"@type\":\"fish\"}")));
    assertThrows(
        CodecException.class,
        () -> JacksonCodec.of(Animal.class).decode("json", bytes("{\"lives\":1}")));
    assertThrows(
        CodecException.class,
        () -> JacksonCodec.of(Painted.class).decode("json", bytes("{\"color\":0}")));
  }

  @Test
  void toleratesUnknownPropertiesWhereATypeSaysSo() {
    assertEquals(
        new Tolerant(1),
        JacksonCodec.of(Tolerant.class).decode("json", bytes("{\"amount\":1,\"later\":true}")));
  }

  @Test
  void refusesTheBytesOfAnotherCodecAndNamesBoth() {
    CodecException refused =
        assertThrows(
            CodecException.class, () -> JacksonCodec.of(Order.class).decode("string", bytes("{}")));
    assertEquals("stored as [string], read as [json]", refused.getMessage());
  }

  @Test
  void refusesWhatIsTooDeepBothWays() {
    JacksonCodec<Object> codec = JacksonCodec.of(Object.class);
    String deep = "[".repeat(JacksonCodec.MAX_DEPTH + 1) + "]".repeat(JacksonCodec.MAX_DEPTH + 1);
    assertThrows(CodecException.class, () -> codec.decode("json", bytes(deep)));
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i <= JacksonCodec.MAX_DEPTH; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    List<Object> tooDeep = nested;
    assertThrows(CodecException.class, () -> codec.encode(tooDeep));
    String deepest = "[".repeat(JacksonCodec.MAX_DEPTH) + "]".repeat(JacksonCodec.MAX_DEPTH);
    assertEquals(deepest, text(codec.encode(codec.decode("json", bytes(deepest)))));
  }

  @Test
  void refusesToWriteWhatLeadsBackToItself() {
    assertThrows(
        CodecException.class, () -> JacksonCodec.of(Circular.class).encode(new Circular()));
  }

  @Test
  void refusesNumbersThatTakeLongToRead() {
    String number = "1".repeat(JacksonCodec.MAX_NUMBER_CHARS + 1);
    assertThrows(
        CodecException.class, () -> JacksonCodec.of(Object.class).decode("json", bytes(number)));
  }

  @Test
  void saysNothingOfTheValueBeyondWhatIsWrong() {
    CodecException refused =
        assertThrows(
            CodecException.class,
            () ->
                JacksonCodec.of(Order.class)
                    .decode("json", bytes("{\"customer\":\"secret\",\"amount\":true}")));
    assertFalse(refused.toString().contains("secret"), refused.toString());
  }

  @Test
  void takesAMapperOfTheUsersAsItIsNow() {
    ObjectMapper own = JacksonCodec.mapper().enable(SerializationFeature.WRITE_ENUMS_USING_INDEX);
    JacksonCodec<Painted> codec = JacksonCodec.of(own, own.constructType(Painted.class));
    own.disable(SerializationFeature.WRITE_ENUMS_USING_INDEX);
    assertEquals("{\"color\":0}", text(codec.encode(new Painted(Color.RED))));
    assertEquals(
        "{\"color\":\"RED\"}", text(JacksonCodec.of(Painted.class).encode(new Painted(Color.RED))));
  }
}
