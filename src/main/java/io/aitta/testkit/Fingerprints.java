package io.aitta.testkit;

/**
 * A set of fingerprints of 128 bits, in two longs each. Two different things have the same one by a
 * chance of 2^-128 for each pair, which is taken as never. Not safe for use by several threads.
 */
final class Fingerprints {
  private long[] table = new long[2 * 1024]; // pairs; both 0 where free
  private int size;

  /** Adds one that is not all zeros; false if it is in already. */
  boolean add(long high, long low) {
    int at = find(table, high, low);
    if (table[at] == high && table[at + 1] == low) {
      return false;
    }
    table[at] = high;
    table[at + 1] = low;
    if (++size > table.length / 4) {
      grow();
    }
    return true;
  }

  int size() {
    return size;
  }

  private static int find(long[] table, long high, long low) {
    int pairs = table.length / 2; // a power of two
    int at = (int) (high & (pairs - 1));
    while ((table[2 * at] != 0 || table[2 * at + 1] != 0)
        && (table[2 * at] != high || table[2 * at + 1] != low)) {
      at = (at + 1) & (pairs - 1);
    }
    return 2 * at;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0 || table[i + 1] != 0) {
        int at = find(larger, table[i], table[i + 1]);
        larger[at] = table[i];
        larger[at + 1] = table[i + 1];
      }
    }
    table = larger;
  }
}
