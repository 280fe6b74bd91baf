package io.aitta.serialization;

import io.aitta.model.ControlMessage;
import io.aitta.model.FoundingMessage;
import io.aitta.model.Greeting;
import io.aitta.model.LoadingMessage;
import io.aitta.model.ReportReply;
import io.aitta.model.ReportRequest;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.TableMessage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The manifests of control messages: never reused, and independent of the names of classes. */
final class ControlManifests {
  private final Map<String, Class<? extends ControlMessage>> classes = new HashMap<>();
  private final Map<Class<? extends ControlMessage>, String> manifests = new HashMap<>();

  ControlManifests() {
    add("G", Greeting.class);
    add("F1", FoundingMessage.Prepare.class);
    add("F2", FoundingMessage.Promise.class);
    add("F3", FoundingMessage.Accept.class);
    add("F4", FoundingMessage.Accepted.class);
    add("F5", FoundingMessage.Rejected.class);
    add("F6", FoundingMessage.Decided.class);
    add("F7", FoundingMessage.Stored.class);
    add("F8", FoundingMessage.Activated.class);
    add("F9", FoundingMessage.AskedToJoin.class);
    add("F10", FoundingMessage.Welcome.class);
    add("S1", SuccessionMessage.Prepare.class);
    add("S2", SuccessionMessage.Promise.class);
    add("S3", SuccessionMessage.Accept.class);
    add("S4", SuccessionMessage.Accepted.class);
    add("S5", SuccessionMessage.Rejected.class);
    add("S6", SuccessionMessage.Install.class);
    add("S7", SuccessionMessage.Installed.class);
    add("L1", LoadingMessage.Asked.class);
    add("L2", LoadingMessage.Told.class);
    add("T1", TableMessage.Digest.class);
    add("T2", TableMessage.Epochs.class);
    add("R", ReportRequest.class);
    add("r", ReportReply.class);
  }

  private void add(String manifest, Class<? extends ControlMessage> type) {
    classes.put(manifest, type);
    manifests.put(type, manifest);
  }

  String manifestOf(Object message) {
    String manifest = manifests.get(message.getClass());
    if (manifest == null) {
      throw new IllegalArgumentException("not a control message: " + message.getClass().getName());
    }
    return manifest;
  }

  @Nullable Class<? extends ControlMessage> classOf(String manifest) {
    return classes.get(manifest);
  }
}
