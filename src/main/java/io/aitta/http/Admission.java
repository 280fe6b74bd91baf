package io.aitta.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The bounds on requests that are carried out and bodies that are held at once, on one node. */
final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final AtomicInteger requests = new AtomicInteger(); // never above maxRequests for long
  private final AtomicLong bytes = new AtomicLong();

  Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /**
   * Takes one request's share.
   *
   * @param bodyBytes what its body may take in memory
   * @return gives the share back, however often it is run
   * @throws HttpProblem with status 429 if there is no room
   */
  Runnable admit(long bodyBytes) {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      throw overloaded("requests are in flight", maxRequests);
    }
    if (bytes.addAndGet(bodyBytes) > maxBytes) {
      bytes.addAndGet(-bodyBytes);
      requests.decrementAndGet();
      throw overloaded("bytes of bodies are in flight", maxBytes);
    }
    AtomicBoolean released = new AtomicBoolean();
    return () -> {
      if (released.compareAndSet(false, true)) {
        bytes.addAndGet(-bodyBytes);
        requests.decrementAndGet();
      }
    };
  }

  /** How many requests hold a share. */
  int requestsInFlight() {
    return requests.get();
  }

  private static HttpProblem overloaded(String what, long bound) {
    return new HttpProblem(
        429,
        new ApiError("OVERLOADED", "as many as [" + bound + "] " + what, bound, bound),
        Answers.RETRY_SOON);
  }
}
