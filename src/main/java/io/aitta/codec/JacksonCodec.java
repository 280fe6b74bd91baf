package io.aitta.codec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values as JSON, by Jackson: the default. Records, sealed interfaces, generic types, {@code
 * java.time} and {@link java.util.Optional} just work.
 *
 * <p>Reading is strict, so that what cannot be understood is reported and not lost when it is put
 * back: unknown and repeated properties, missing or null primitives, numbers and texts in each
 * other's place, fractions for whole numbers, unknown subtypes, and anything behind the value. A
 * type that must tolerate properties of a later version says so with
 * {@code @JsonIgnoreProperties(ignoreUnknown = true)}; a property added later is an object type,
 * which is null or {@link java.util.Optional#empty} in values that lack it.
 *
 * <p>A class is never looked up by a name in the data: subtypes go by the names that were given to
 * them here or by {@code @JsonSubTypes}. Values are at most {@value #MAX_DEPTH} objects and arrays
 * deep, both ways; texts have at most {@value #MAX_STRING_CHARS} characters, numbers {@value
 * #MAX_NUMBER_CHARS}, names {@value #MAX_NAME_CHARS}, the whole {@value #MAX_BYTES} bytes.
 *
 * @param <V> the values
 */
public final class JacksonCodec<V> implements Codec<V> {

  /** How deep objects and arrays may be in each other. */
  public static final int MAX_DEPTH = 200;

  /** The longest text in a value. */
  public static final int MAX_STRING_CHARS = 64 << 20;

  /** The longest number in a value. */
  public static final int MAX_NUMBER_CHARS = 1000;

  /** The longest name of a property. */
  public static final int MAX_NAME_CHARS = 10_000;

  /** The longest document that is read; {@code aitta.max-value-size} is at most as much. */
  public static final int MAX_BYTES = 64 << 20;

  /** The property that names the subtype, by {@link #ofSubtypes}. */
  public static final String SUBTYPE = "@type";

  private static final String ID = "json"; // stored beside every value: fixed for ever
  private static final ObjectMapper SHARED = mapper(); // never reconfigured

  private final JavaType type;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  private JacksonCodec(ObjectMapper mapper, JavaType type) {
    this.type = type;
    this.writer = mapper.writerFor(type);
    this.reader = mapper.readerFor(type);
  }

  /**
   * A codec of one class: a record, a sealed interface whose subtypes are named by
   * {@code @JsonTypeInfo}, or any other that Jackson knows.
   *
   * @throws IllegalArgumentException if it is a sealed type that does not say how its subtypes are
   *     told apart, or does so by class names
   */
  public static <V> JacksonCodec<V> of(Class<V> type) {
    return of(SHARED, SHARED.constructType(type));
  }

  /**
   * A codec of a generic type: {@code new TypeReference<List<Order>>() {}}.
   *
   * @throws IllegalArgumentException as {@link #of(Class)}
   */
  public static <V> JacksonCodec<V> of(TypeReference<V> type) {
    return of(SHARED, SHARED.constructType(type));
  }

  /**
   * A codec with a mapper of your own. What it is told to do after this call has no effect here.
   *
   * @param mapper begin with {@link #mapper}, or answer yourself for limits and for safety
   * @param type the values, of which {@code V} must be the type
   * @throws IllegalArgumentException as {@link #of(Class)}
   */
  public static <V> JacksonCodec<V> of(ObjectMapper mapper, JavaType type) {
    AnnotatedClass annotated =
        mapper.getDeserializationConfig().introspectClassAnnotations(type).getClassInfo();
    ObjectMapper reading = mapper;
    if (type.getRawClass().isSealed()) {
      requireNames(mapper, type, annotated);
      AnnotationIntrospector introspector =
          mapper.getDeserializationConfig().getAnnotationIntrospector();
      List<NamedType> named = introspector.findSubtypes(annotated);
      if (named == null || named.isEmpty()) {
        reading = mapper.copy();
        reading.registerSubtypes(permitted(type.getRawClass()));
      }
    }
    return new JacksonCodec<>(reading, type);
  }

  /**
   * A codec of a type without annotations: each subtype goes by a name, in the property {@value
   * #SUBTYPE}. A name must mean the same for the life of the data.
   *
   * @param base an interface or abstract class
   * @param subtypes by their names; if the base is sealed, all that it permits
   * @throws IllegalArgumentException naming what is missing
   */
  public static <V> JacksonCodec<V> ofSubtypes(
      Class<V> base, Map<String, Class<? extends V>> subtypes) {
    Set<Class<?>> missing = new HashSet<>(permitted(base));
    missing.removeAll(subtypes.values());
    if (subtypes.isEmpty() || !missing.isEmpty()) {
      throw new IllegalArgumentException(
          "subtypes must name every subtype of " + base.getName() + ", lack " + missing);
    }
    ObjectMapper mapper = mapper();
    mapper.addMixIn(base, Named.class);
    subtypes.forEach((name, subtype) -> mapper.registerSubtypes(new NamedType(subtype, name)));
    return new JacksonCodec<>(mapper, mapper.constructType(base));
  }

  /** A new mapper as this codec uses by default, to be changed and given to {@link #of}. */
  public static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING_CHARS)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxDocumentLength(MAX_BYTES)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    return JsonMapper.builder(factory)
        .addModules(new Jdk8Module(), new JavaTimeModule(), new ParameterNamesModule())
        .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build()) // allows none
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(
            DeserializationFeature.ACCEPT_FLOAT_AS_INT,
            DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .disable(
            SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
            SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .build();
  }

  private static void requireNames(ObjectMapper mapper, JavaType type, AnnotatedClass annotated) {
    DeserializationConfig config = mapper.getDeserializationConfig();
    AnnotationIntrospector introspector = config.getAnnotationIntrospector();
    JsonTypeInfo.Value info = introspector.findPolymorphicTypeInfo(config, annotated);
    boolean isReadOtherwise = introspector.findDeserializer(annotated) != null;
    if (info == null && !isReadOtherwise) {
      throw new IllegalArgumentException(
          "sealed type ["
              + type.getRawClass().getName()
              + "] must say with @JsonTypeInfo how its subtypes are told apart, or be given to"
              + " ofSubtypes");
    }
    if (info != null
        && (info.getIdType() == JsonTypeInfo.Id.CLASS
            || info.getIdType() == JsonTypeInfo.Id.MINIMAL_CLASS)) {
      throw new IllegalArgumentException(
          "sealed type ["
              + type.getRawClass().getName()
              + "] must tell its subtypes apart by names, was ["
              + info.getIdType()
              + "]");
    }
  }

  /** The concrete classes that a sealed type permits; none if it is not sealed. */
  private static List<Class<?>> permitted(Class<?> type) {
    List<Class<?>> concrete = new ArrayList<>();
    if (type.isSealed()) {
      for (Class<?> subtype : type.getPermittedSubclasses()) {
        if (subtype.isSealed()) {
          concrete.addAll(permitted(subtype));
        }
        if (!subtype.isInterface() && !Modifier.isAbstract(subtype.getModifiers())) {
          concrete.add(subtype);
        }
      }
    }
    return concrete;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public byte[] encode(V value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new CodecException("not written as " + type.toCanonical() + ": " + said(e), e);
    }
  }

  @Override
  public V decode(String codecId, byte[] bytes) {
    Codec.requireStoredAs(ID, codecId);
    V value;
    try {
      value = reader.readValue(bytes);
    } catch (JsonProcessingException e) {
      throw new CodecException("not read as " + type.toCanonical() + ": " + said(e), e);
    } catch (IOException e) {
      throw new CodecException("not read as " + type.toCanonical(), e);
    }
    if (value == null) {
      throw new CodecException("not read as " + type.toCanonical() + ": null is no value");
    }
    return value;
  }

  /** What went wrong, without the excerpt of the value that Jackson appends. */
  private static String said(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage());
  }

  /** How subtypes are told apart that do not say it themselves. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = SUBTYPE)
  private interface Named {}
}
