package io.aitta.actor;

import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory whose writes fail as a test wants, and nothing of them is stored; or whose
 * reads do.
 */
final class FailingEngine {
  private static final Set<String> READS = Set.of("read", "scan", "dead");

  private final StorageEngine healthy = new MemoryEngineProvider().open(Parts.settings().storage());
  private volatile StorageException.@Nullable Kind kind;
  private volatile StorageException.@Nullable Kind readKind;
  private volatile Predicate<Object> fails = mutation -> true;
  private final AtomicInteger failures = new AtomicInteger();

  /** Writes fail from now on. */
  void fail(StorageException.Kind with) {
    fail(with, mutation -> true);
  }

  /** Writes that contain such a mutation fail from now on. */
  void fail(StorageException.Kind with, Predicate<Object> which) {
    fails = which;
    kind = with;
  }

  /** Reads of records fail from now on. */
  void failReads(StorageException.Kind with) {
    readKind = with;
  }

  /** A metadata record of that name. */
  static Predicate<Object> metadata(String name) {
    return mutation ->
        mutation instanceof Mutation.PutMetadata metadata && metadata.name().equals(name);
  }

  void mend() {
    kind = null;
    readKind = null;
  }

  /** How many writes and reads failed. */
  int failures() {
    return failures.get();
  }

  /** The engine without its failures. */
  StorageEngine healthy() {
    return healthy;
  }

  /** The engine as it fails. */
  StorageEngine engine() {
    return (StorageEngine)
        Proxy.newProxyInstance(
            StorageEngine.class.getClassLoader(),
            new Class<?>[] {StorageEngine.class},
            (proxy, method, arguments) -> {
              StorageException.Kind readFailure = readKind;
              if (readFailure != null && READS.contains(method.getName())) {
                failures.incrementAndGet();
                throw new StorageException(readFailure, "the disk fails for a test");
              }
              StorageException.Kind failure = kind;
              if (failure != null
                  && method.getName().equals("write")
                  && ((List<?>) arguments[0]).stream().anyMatch(fails)) {
                failures.incrementAndGet();
                throw new StorageException(failure, "the disk fails for a test");
              }
              try {
                return method.invoke(healthy, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
