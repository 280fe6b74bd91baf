package io.aitta.http;

import io.aitta.AittaNode;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.ETag;
import org.apache.pekko.http.javadsl.model.headers.EntityTag;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Puts, gets and deletes. */
final class EntryRoutes {

  /** The methods of an entry. */
  static final Set<String> METHODS = Set.of("GET", "PUT", "DELETE");

  private static final Set<String> READ = Set.of("consistency", "timeout");
  private static final Set<String> DELETE = Set.of("consistency", "timeout", "settled");
  private static final Set<String> PUT = Set.of("consistency", "timeout", "settled", "ttl");

  private final AittaNode node;
  private final Duration maxTimeout;

  EntryRoutes(AittaNode node, Duration maxTimeout) {
    this.node = node;
    this.maxTimeout = maxTimeout;
  }

  /** The operation on the entry that the path names. */
  Operation byPath(HttpRequest request, String store, String name, Map<String, String> query) {
    return operation(request, Parameters.key(store, name), query, Set.of());
  }

  /** The operation on the entry that the parameter {@code key} names. */
  Operation byQuery(HttpRequest request, String store, Map<String, String> query) {
    Set<String> known = known(request, Set.of("key"));
    Key key = Parameters.key(store, new Parameters(query, known).key());
    return operation(request, key, query, Set.of("key"));
  }

  private Operation operation(
      HttpRequest request, Key key, Map<String, String> query, Set<String> more) {
    Parameters parameters = new Parameters(query, known(request, more));
    return switch (request.method().value()) {
      case "GET" -> get(key, parameters);
      case "PUT" -> put(request, key, parameters);
      default -> delete(request, key, parameters);
    };
  }

  private static Set<String> known(HttpRequest request, Set<String> more) {
    Set<String> known =
        switch (request.method().value()) {
          case "GET" -> READ;
          case "PUT" -> PUT;
          default -> DELETE;
        };
    return Stream.concat(known.stream(), more.stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Operation get(Key key, Parameters parameters) {
    ReadOptions options = new ReadOptions(parameters.consistency(), parameters.timeout(maxTimeout));
    return Operation.withoutBody(
        () -> node.get(key, options).thenApply(outcome -> value(key, outcome)));
  }

  private Operation put(HttpRequest request, Key key, Parameters parameters) {
    Conditions.refuse(request);
    WriteOptions options =
        new WriteOptions(
            parameters.consistency(), parameters.timeToLive(), parameters.timeout(maxTimeout));
    String codec = Codecs.of(request);
    boolean settled = parameters.isSettled();
    return Operation.withBody(
        body ->
            node.put(key, body, codec, options).thenCompose(result -> receipt(result, settled)));
  }

  private Operation delete(HttpRequest request, Key key, Parameters parameters) {
    Conditions.refuse(request);
    WriteOptions options =
        new WriteOptions(parameters.consistency(), null, parameters.timeout(maxTimeout));
    boolean settled = parameters.isSettled();
    return Operation.withoutBody(
        () -> node.delete(key, options).thenCompose(result -> receipt(result, settled)));
  }

  private static CompletionStage<HttpResponse> receipt(PutResult result, boolean settled) {
    if (result.outcome() instanceof PutOutcome.Refused refused) {
      return CompletableFuture.completedStage(Answers.refusal(refused.refusal()));
    }
    Receipt first = result.receipt().orElseThrow();
    return settled
        ? result.settled().thenApply(last -> written(result, last.orElse(first)))
        : CompletableFuture.completedStage(written(result, first));
  }

  private static HttpResponse written(PutResult result, Receipt receipt) {
    return result.isWritten()
        ? Answers.json(200, JsonShapes.ReceiptShape.of("WRITTEN", receipt))
        : Answers.json(504, JsonShapes.ReceiptShape.of("MAYBE_APPLIED", receipt));
  }

  private static HttpResponse value(Key key, GetOutcome outcome) {
    if (outcome instanceof GetOutcome.Found found) {
      String codec = found.entry().codec();
      return HttpResponse.create()
          .withStatus(200)
          .addHeader(ETag.create(EntityTag.create(found.entry().version().toString(), false)))
          .addHeader(RawHeader.create(Codecs.HEADER, codec))
          .withEntity(
              HttpEntities.create(
                  Codecs.contentType(codec),
                  ByteString.fromByteBuffer(found.entry().value().asByteBuffer())));
    }
    if (outcome instanceof GetOutcome.Unavailable unavailable) {
      return Answers.refusal(unavailable.refusal());
    }
    return Answers.json(
        404,
        new ApiError(
            "NOT_FOUND",
            "store [" + key.store() + "] has no value for key [" + key.name() + "]",
            key.name(),
            null));
  }
}
