package io.aitta.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A system that can be measured, by its name. Another one is an adapter, a {@link StoreUnderTest},
 * and a line in the table here.
 *
 * @param adapter implements it
 * @param promise the consistency that its answers have
 * @param settings handed to the adapter
 * @param jvmOptions that its processes need
 */
record SystemUnderTest(
    String name,
    Class<? extends StoreUnderTest> adapter,
    String promise,
    Map<String, String> settings,
    List<String> jvmOptions) {

  private static final Map<String, SystemUnderTest> ALL = new LinkedHashMap<>();

  static {
    add("aitta-memory", AittaStore.class, "linearizable", Map.of("aitta.storage.engine", "memory"));
    addRocksDb("aitta-rocksdb", "every-batch");
    addRocksDb("aitta-rocksdb-interval", "interval");
    addRocksDb("aitta-rocksdb-none", "none");
    add("map", LocalMap.class, "one process: what the load generator costs", Map.of());
  }

  private static void addRocksDb(String name, String fsync) {
    add(
        name,
        AittaStore.class,
        "linearizable, fsync " + fsync,
        Map.of("aitta.storage.engine", "rocksdb", "aitta.storage.fsync", fsync));
  }

  private static void add(
      String name,
      Class<? extends StoreUnderTest> adapter,
      String promise,
      Map<String, String> settings) {
    ALL.put(name, new SystemUnderTest(name, adapter, promise, settings, List.of()));
  }

  static Set<String> names() {
    return ALL.keySet();
  }

  /**
   * Finds a system.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static SystemUnderTest named(String name) {
    SystemUnderTest system = ALL.get(name);
    if (system == null) {
      throw new IllegalArgumentException(
          "system must be one of " + names() + ", was [" + name + "]");
    }
    return system;
  }

  /** The same with more settings. */
  SystemUnderTest with(Map<String, String> more) {
    Map<String, String> merged = new LinkedHashMap<>(settings);
    merged.putAll(more);
    return new SystemUnderTest(name, adapter, promise, merged, jvmOptions);
  }
}
