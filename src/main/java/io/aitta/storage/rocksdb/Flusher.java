package io.aitta.storage.rocksdb;

import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes what was written durable at intervals. What fails is told to the next write. */
final class Flusher {
  private final ScheduledExecutorService thread;
  private volatile @Nullable StorageException failure;

  /** Something that makes everything durable. */
  @FunctionalInterface
  interface Flush {
    void run() throws StorageException;
  }

  Flusher(Duration interval, Flush flush) {
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "aitta-rocksdb-flush");
              made.setDaemon(true);
              return made;
            });
    var unused =
        thread.scheduleWithFixedDelay(
            () -> flush(flush), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void flush(Flush flush) {
    try {
      flush.run();
    } catch (StorageException e) {
      failure = e;
    }
  }

  /** Throws what failed since the last call. */
  void requireHealthy() throws StorageException {
    StorageException failed = failure;
    if (failed != null) {
      failure = null;
      throw new StorageException(failed.kind(), "writing to the disk failed before", failed);
    }
  }

  void stop() {
    thread.shutdown();
  }
}
