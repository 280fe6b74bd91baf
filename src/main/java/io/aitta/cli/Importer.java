package io.aitta.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows, many at once, spread over all nodes. A put that was refused or may have been applied
 * is repeated, at another node and after a growing while: putting a row twice is as good as once. A
 * row that never succeeds ends the import, since the rows after it would fare no better.
 */
final class Importer implements AutoCloseable {
  /** Longer than a node takes to say itself that it could not. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 3_000;
  private static final long SAVE_NANOS = 1_000_000_000L;

  private final ApiClient client;
  private final String store;
  private final String query;
  private final Duration retryFor;
  private final int concurrency;
  private final ImportProgress progress;
  private final ImportReport report;
  private final Semaphore free;
  private final NodeRotation rotation;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "aitta-import-timer");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicLong put = new AtomicLong();
  private final AtomicLong bad = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  Importer(
      ApiClient client,
      String store,
      String query,
      int concurrency,
      Duration retryFor,
      ImportProgress progress,
      ImportReport report) {
    this.client = client;
    this.store = store;
    this.query = query;
    this.concurrency = concurrency;
    this.retryFor = retryFor;
    this.progress = progress;
    this.report = report;
    this.free = new Semaphore(concurrency);
    this.rotation = new NodeRotation(client.cluster().nodes().size(), System.nanoTime());
  }

  long putRows() {
    return put.get();
  }

  long badRows() {
    return bad.get();
  }

  long failedRows() {
    return failed.get();
  }

  /** Puts all rows that are not settled yet, and saves how far it came. */
  void run(Rows rows, Lines lines) throws IOException, InterruptedException {
    long skipped = progress.settled();
    bad.set(progress.settledBad());
    long saved = System.nanoTime();
    try {
      long number = 0;
      for (Row row = rows.next(); row != null && failed.get() == 0; row = rows.next()) {
        long current = number++;
        if (current < skipped) {
          continue;
        }
        if (current == skipped) {
          report.begin(lines.bytesRead(), System.nanoTime());
        }
        if (row.isBad()) {
          refuse(current, row, String.valueOf(row.problem()));
        } else {
          free.acquire();
          attempt(new Attempt(current, row, 0, System.nanoTime() + retryFor.toNanos()));
        }
        long now = System.nanoTime();
        report.show(put.get(), lines.bytesRead(), now);
        if (now - saved > SAVE_NANOS) {
          progress.save();
          saved = now;
        }
      }
    } finally {
      while (!free.tryAcquire(concurrency, 200, TimeUnit.MILLISECONDS)) {
        report.show(put.get(), lines.bytesRead(), System.nanoTime());
      }
      free.release(concurrency);
      progress.save();
      report.end();
    }
  }

  private record Attempt(long number, Row row, int count, long deadlineNanos) {
    Attempt next() {
      return new Attempt(number, row, count + 1, deadlineNanos);
    }
  }

  private void attempt(Attempt attempt) {
    int node = rotation.next(attempt.number() + attempt.count(), System.nanoTime());
    CompletableFuture<ApiAnswer> answer;
    try {
      answer =
          client.sendAsync(
              client.cluster().nodes().get(node),
              new ApiClient.Request(
                  "PUT",
                  ApiClient.entry(store, attempt.row().goodKey()) + query,
                  attempt.row().goodValue(),
                  "application/json",
                  PATIENCE));
    } catch (CommandFailure e) {
      refuse(attempt.number(), attempt.row(), e.line());
      free.release();
      return;
    }
    var unused = answer.whenComplete((given, failure) -> judge(attempt, node, given, failure));
  }

  private void judge(
      Attempt attempt, int node, @Nullable ApiAnswer answer, @Nullable Throwable failure) {
    if (answer != null && answer.isOk()) {
      put.incrementAndGet();
      progress.settle(attempt.number(), false);
      free.release();
    } else if (answer != null && (answer.status() == 400 || answer.status() == 413)) {
      refuse(attempt.number(), attempt.row(), answer.failure().line());
      free.release();
    } else if (isUnreachable(node, failure)) {
      attempt(attempt);
    } else if (System.nanoTime() < attempt.deadlineNanos() && failed.get() == 0) {
      long pause =
          Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt.count(), 10));
      var unused = timer.schedule(() -> attempt(attempt.next()), pause, TimeUnit.MILLISECONDS);
    } else {
      String why =
          answer != null
              ? answer.failure().line()
              : failure == null || failure.getCause() == null
                  ? "no answer"
                  : "no answer: " + failure.getCause();
      failed.incrementAndGet();
      report.say("aitta: line " + attempt.row().line() + " was not acknowledged: " + why);
      free.release();
    }
  }

  /** Whether the node cannot be reached while another one may be: then nothing is waited for. */
  private boolean isUnreachable(int node, @Nullable Throwable failure) {
    Throwable cause = failure == null ? null : failure.getCause();
    boolean isSilent = cause instanceof HttpTimeoutException;
    if (!isSilent && !(cause instanceof ConnectException)) {
      return false;
    }
    long now = System.nanoTime();
    rotation.recordUnreachable(node, now, isSilent ? PATIENCE : RECONNECT);
    return rotation.hasReachable(now);
  }

  private void refuse(long number, Row row, String problem) {
    bad.incrementAndGet();
    report.say("aitta: line " + row.line() + " is bad: " + problem);
    progress.settle(number, true);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
