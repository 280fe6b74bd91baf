package io.aitta.model;

/** The hash that places keys and nodes: stable for ever, since moving a key is moving data. */
public final class Hashing {

  private Hashing() {}

  /**
   * Hashes bytes: FNV-1a over 64 bits, then {@link #mix}, because FNV alone leaves its upper bits
   * uneven on short input.
   */
  public static long hash64(byte[] bytes) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  /**
   * Spreads every input bit over all output bits (the finaliser of SplitMix64, Steele et al. 2014,
   * figure 16).
   */
  public static long mix(long bits) {
    long mixed = bits + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
