package io.aitta.http;

import io.aitta.model.Bytes;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * A request that was judged good, before its body is read.
 *
 * @param keepsBody whether the body is a value; it is read and forgotten otherwise
 * @param isBounded whether it counts among the requests in flight. Health is asked above all when
 *     there are too many of them
 * @param run carries it out
 */
record Operation(
    boolean keepsBody, boolean isBounded, Function<Bytes, CompletionStage<HttpResponse>> run) {

  static Operation withBody(Function<Bytes, CompletionStage<HttpResponse>> run) {
    return new Operation(true, true, run);
  }

  static Operation withoutBody(Supplier<CompletionStage<HttpResponse>> run) {
    return new Operation(false, true, ignored -> run.get());
  }

  static Operation unbounded(Supplier<CompletionStage<HttpResponse>> run) {
    return new Operation(false, false, ignored -> run.get());
  }
}
