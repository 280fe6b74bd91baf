package io.aitta.actor;

import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What joins a node to its surroundings.
 *
 * @param base the path of this node's guardian with its address, as others reach it
 * @param transport reaches the others
 * @param engines opens the storage
 * @param physicalMillis the wall clock, in milliseconds since the Unix epoch
 * @param callbacks runs what users attached to their futures
 * @param service where the node publishes whether it serves
 * @param started where the node publishes itself once its storage is open; null until then
 */
public record NodePorts(
    String base,
    Transport transport,
    EngineOpener engines,
    LongSupplier physicalMillis,
    Executor callbacks,
    Published<ServiceState> service,
    Published<@Nullable StartedNode> started) {

  /** Opens a storage engine. */
  @FunctionalInterface
  public interface EngineOpener {
    /** Opens it, or says why not. */
    StorageEngine open(String engine, StorageSettings settings) throws StorageException;
  }
}
