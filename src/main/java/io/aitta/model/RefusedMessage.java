package io.aitta.model;

/**
 * A message from the network that is none of ours, or that no version of ours can have sent. It was
 * refused before anything came of it. Published on the ActorSystem's event stream, never sent.
 *
 * @param manifest what kind of message it claimed to be
 * @param reason why it was refused
 */
public record RefusedMessage(String manifest, String reason) {}
