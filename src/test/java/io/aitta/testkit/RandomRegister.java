package io.aitta.testkit;

import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A register and its clients, in one thread: see {@link Histories#ofARegister}. */
final class RandomRegister {
  private final Random random;
  private final int overlap;
  private final int values;
  private final int unknown;
  private final List<Client> clients = new ArrayList<>();
  private final List<Object> lateWrites = new ArrayList<>();
  private final List<Operation> history = new ArrayList<>();
  private @Nullable Object register;
  private long now;
  private int lastValue;

  /** One client: its operation under way, if any, has or has not taken effect. */
  private static final class Client {
    private int left;
    private @Nullable Kind kind;
    private @Nullable Object value;
    private long invoked;
    private boolean hasTakenEffect;

    Client(int left) {
      this.left = left;
    }
  }

  RandomRegister(Random random, int clients, int perClient, int overlap, int values, int unknown) {
    this.random = random;
    this.overlap = overlap;
    this.values = values;
    this.unknown = unknown;
    for (int i = 0; i < clients; i++) {
      this.clients.add(new Client(perClient));
    }
  }

  List<Operation> run() {
    Client client = clients.get(0);
    while (!clients.isEmpty()) {
      boolean isUnderWay = client.kind != null;
      if (!isUnderWay || random.nextInt(100) < overlap) {
        client = clients.get(random.nextInt(clients.size()));
      }
      step(client);
      if (client.left == 0) {
        clients.remove(client);
        client = clients.isEmpty() ? client : clients.get(random.nextInt(clients.size()));
      }
      if (!lateWrites.isEmpty() && random.nextInt(50) == 0) {
        Object late = lateWrites.remove(random.nextInt(lateWrites.size()));
        register = late.equals("") ? null : late;
      }
    }
    return history;
  }

  private void step(Client client) {
    now++;
    Kind kind = client.kind;
    if (kind == null) {
      begin(client);
    } else if (!client.hasTakenEffect) {
      takeEffect(client, kind);
    } else {
      end(client, kind, Outcome.OK, now);
    }
  }

  private void begin(Client client) {
    int dice = random.nextInt(100);
    client.kind = dice < 50 ? Kind.GET : dice < 90 ? Kind.PUT : Kind.DELETE;
    client.value = null;
    if (client.kind == Kind.PUT) {
      client.value = values == 0 ? ++lastValue : random.nextInt(values);
    }
    client.invoked = now;
    client.hasTakenEffect = false;
  }

  private void takeEffect(Client client, Kind kind) {
    client.hasTakenEffect = true;
    if (kind == Kind.GET) {
      client.value = register;
    } else if (random.nextInt(100) < unknown) {
      if (random.nextBoolean()) {
        lateWrites.add(client.value == null ? "" : client.value);
      }
      end(client, kind, Outcome.UNKNOWN, Operation.NEVER);
    } else {
      register = client.value;
    }
  }

  private void end(Client client, Kind kind, Outcome outcome, long returned) {
    history.add(
        Histories.operation(
            history.size() + 1L, kind, client.value, outcome, client.invoked, returned));
    client.kind = null;
    client.left--;
  }
}
