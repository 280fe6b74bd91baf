package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.Explanation;
import io.aitta.model.Key;
import java.util.concurrent.CompletableFuture;

/**
 * Asks which replica holds which version of a key.
 *
 * @param configuration the key's partition
 * @param answer completed exactly once
 */
public record ExplainRequest(
    Key key, Configuration configuration, CompletableFuture<Explanation> answer)
    implements RequestRouter.Command {}
