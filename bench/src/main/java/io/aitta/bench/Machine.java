package io.aitta.bench;

/**
 * Where it was measured.
 *
 * @param processors that a process may use
 */
record Machine(String java, String os, int processors) {

  static Machine ofThis() {
    return new Machine(
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }
}
