package io.aitta.simulation;

import io.aitta.storage.StorageException;

/**
 * What is wrong with a simulated node's disk: it is full, or broken. While that lasts most writes
 * fail, and of a broken one some reads as well. A write that fails is stored all the same now and
 * then, as a whole, since the disk may fail to say that it did.
 *
 * @param kind what it is
 * @param failsReads whether some reads fail
 * @param untilNanos when it is mended
 */
record DiskFault(StorageException.Kind kind, boolean failsReads, long untilNanos) {

  StorageException failure() {
    return new StorageException(kind, "simulated: " + kind);
  }
}
