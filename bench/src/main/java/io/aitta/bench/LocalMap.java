package io.aitta.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A map of the node's own process: no network and no copy, so that the load generator is what
 * costs.
 */
public final class LocalMap implements StoreUnderTest {
  private final Map<String, byte[]> values = new ConcurrentHashMap<>();

  @Override
  public void start(NodeSetup setup) {
    if (setup.nodes() != 1) {
      throw new IllegalArgumentException("a map is one node, wanted were [" + setup.nodes() + "]");
    }
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public void join(List<String> addresses) {}

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void get(String key, Completion completion) {
    byte[] value = values.get(key);
    if (value == null) {
      completion.failed("not found");
    } else {
      completion.found(value);
    }
  }

  @Override
  public void put(String key, byte[] value, Completion completion) {
    values.put(key, value);
    completion.written();
  }
}
