package io.aitta.actor;

import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A get.
 *
 * @param key the key
 * @param consistency how many must hold what is answered
 * @param timeout until the answer
 * @param answer completed exactly once
 */
public record GetRequest(
    Key key, Consistency consistency, Duration timeout, CompletableFuture<GetOutcome> answer)
    implements RequestRouter.Command {}
