package io.aitta.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** What the commands of one process share: the streams, connections, and the stores named. */
final class Session {
  private final Streams streams;
  private final NodeLauncher launcher;
  private final Map<Path, ApiClient> clients;
  private final Set<String> stores;

  Session(Streams streams, NodeLauncher launcher) {
    this(streams, launcher, new HashMap<>(), new ConcurrentSkipListSet<>());
  }

  private Session(
      Streams streams, NodeLauncher launcher, Map<Path, ApiClient> clients, Set<String> stores) {
    this.streams = streams;
    this.launcher = launcher;
    this.clients = clients;
    this.stores = stores;
  }

  /** The same for commands in a shell, whose input is the shell's own lines. */
  Session withoutInput() {
    InputStream none =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("a shell's command has no input: use --file");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };
    return new Session(
        new Streams(
            none, streams.out(), streams.err(), streams.isInteractive(), streams.isErrorWatched()),
        launcher,
        clients,
        stores);
  }

  Streams streams() {
    return streams;
  }

  NodeLauncher launcher() {
    return launcher;
  }

  /** The client of the cluster in a data directory, as its file is now. */
  ApiClient client(Path dataDirectory) {
    ClusterFile cluster = ClusterFile.read(dataDirectory);
    ApiClient known = clients.get(dataDirectory);
    if (known == null || !known.cluster().equals(cluster)) {
      known = new ApiClient(cluster);
      clients.put(dataDirectory, known);
    }
    return known;
  }

  /** The stores that were named in this session, for completion. */
  Set<String> stores() {
    return stores;
  }
}
