package io.aitta.serialization;

import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * Checks that no part of a message is missing which its record promises, since Jackson makes a null
 * of what a document lacks.
 */
final class RequiredParts {
  private RequiredParts() {}

  /**
   * Checks a record and the records and lists in it.
   *
   * @throws MalformedMessageException naming the part that is missing
   */
  static void check(Record message) {
    for (RecordComponent component : message.getClass().getRecordComponents()) {
      Object part = part(message, component);
      if (part instanceof Record inner) {
        check(inner);
      } else if (part instanceof Iterable<?> parts) {
        parts.forEach(RequiredParts::checkElement);
      } else if (part == null
          && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        throw new MalformedMessageException(
            "[" + component.getName() + "] is missing in " + message.getClass().getSimpleName());
      }
    }
  }

  private static void checkElement(Object element) {
    if (element instanceof Record record) {
      check(record);
    }
  }

  private static @Nullable Object part(Record message, RecordComponent component) {
    try {
      return component.getAccessor().invoke(message);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
