package io.aitta.http;

import io.aitta.model.Bytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * Reads bodies. One that is too large is read on for a while without being kept: many clients read
 * no answer before they have sent everything, and would see a broken connection instead of why.
 */
final class RequestBody {

  /** How much is read of a body that is not kept. Beyond it the connection is closed. */
  private static final long DISCARDED_BYTES = 16L << 20;

  private final Materializer materializer;
  private final Executor executor;
  private final Duration timeout;

  RequestBody(Materializer materializer, Executor executor, Duration timeout) {
    this.materializer = materializer;
    this.executor = executor;
    this.timeout = timeout;
  }

  /** How many bytes the body will take in memory if it is kept. */
  static long reservation(RequestEntity entity, long limit) {
    return Math.min(entity.getContentLengthOption().orElse(limit), limit);
  }

  /**
   * Reads the whole body; fails with a {@link HttpProblem} if it has more bytes than the limit or
   * does not arrive in time.
   */
  CompletionStage<Bytes> read(RequestEntity entity, long limit) {
    if (entity instanceof HttpEntity.Strict strict) {
      ByteString data = strict.getData();
      return data.size() > limit
          ? CompletableFuture.failedStage(HttpProblem.tooLarge(data.size(), limit))
          : CompletableFuture.completedStage(bytes(data));
    }
    return collect(entity, limit)
        .thenApplyAsync(
            collected -> {
              if (collected.seenBytes > limit) {
                throw HttpProblem.tooLarge(collected.seenBytes, limit);
              }
              return bytes(collected.kept);
            },
            executor);
  }

  /** Lets the body arrive and forgets it. Never fails. */
  CompletionStage<Bytes> discard(RequestEntity entity) {
    return entity.isStrict()
        ? CompletableFuture.completedStage(Bytes.EMPTY)
        : collect(entity, 0).handleAsync((done, failure) -> Bytes.EMPTY, executor);
  }

  private CompletionStage<Collected> collect(RequestEntity entity, long limit) {
    Collected collected = new Collected(limit);
    CompletableFuture<Collected> result = new CompletableFuture<>();
    // Every dependent of Pekko's own stages runs on the common pool unless it is given an executor.
    var unused =
        entity
            .withoutSizeLimit()
            .getDataBytes()
            .completionTimeout(timeout)
            .takeWhile(chunk -> collected.add(chunk), true)
            .runWith(Sink.ignore(), materializer)
            .whenCompleteAsync(
                (done, failure) -> {
                  if (failure == null) {
                    result.complete(collected);
                  } else {
                    result.completeExceptionally(problem(failure, timeout));
                  }
                },
                executor);
    return result;
  }

  private static HttpProblem problem(Throwable failure, Duration timeout) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return new HttpProblem(
          408,
          new ApiError(
              "BODY_TIMEOUT",
              "body must arrive within " + timeout.toMillis() + "ms",
              null,
              timeout.toMillis() + "ms"));
    }
    return HttpProblem.badRequest(
        "BAD_BODY", "body broke off or is malformed: " + cause.getMessage(), null, null);
  }

  private static Bytes bytes(ByteString data) {
    byte[] array = new byte[data.size()];
    data.asByteBuffer().get(array);
    return Bytes.wrap(array);
  }

  /** What has arrived; used by one stream, one chunk after the other. */
  private static final class Collected {
    private final long limit;
    private ByteString kept = ByteString.emptyByteString();
    private long seenBytes;

    Collected(long limit) {
      this.limit = limit;
    }

    /** Returns whether more is wanted. */
    boolean add(ByteString chunk) {
      seenBytes += chunk.size();
      kept = seenBytes > limit ? ByteString.emptyByteString() : kept.concat(chunk);
      return seenBytes <= limit + DISCARDED_BYTES;
    }
  }
}
