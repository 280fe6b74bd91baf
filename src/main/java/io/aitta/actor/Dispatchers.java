package io.aitta.actor;

import org.apache.pekko.actor.typed.DispatcherSelector;

/** The dispatchers that Aitta's actors run on; each is a section of the configuration. */
final class Dispatchers {
  /** May block on the disk. */
  static final String STORAGE = "aitta.storage-dispatcher";

  /** Never blocks. */
  static final String REQUESTS = "aitta.request-dispatcher";

  /** Runs what users attached to their futures. */
  static final String CALLBACKS = "aitta.callback-dispatcher";

  private Dispatchers() {}

  static DispatcherSelector requests() {
    return DispatcherSelector.fromConfig(REQUESTS);
  }
}
