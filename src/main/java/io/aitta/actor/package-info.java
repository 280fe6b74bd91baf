/**
 * The actors. Each carries messages for a decision class; none decides itself.
 *
 * <p>Under a node's guardian live, at fixed names that other nodes address: {@code replica}, {@code
 * peers} and its children, {@code founding}, {@code reports}, {@code copies} and {@code pieces};
 * see {@link io.aitta.actor.ActorTransport}.
 */
@NullMarked
package io.aitta.actor;

import org.jspecify.annotations.NullMarked;
