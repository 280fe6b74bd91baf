package io.aitta.actor;

import java.time.Duration;

/** One request's decisions, joined to what they need done. Every method says whether it is over. */
sealed interface Conversation permits PutConversation, GetConversation {

  boolean begin();

  boolean replied(Replied replied, Duration elapsed);

  boolean hintKept(ReplicationCoordinator.HintKept hint);

  /** Hints that were asked for were waited for long enough. */
  boolean hintsOverdue();

  /** Asks those again whose configuration was changing. */
  boolean askAgain();

  boolean headStartOver();

  /** After {@link ReplicationCoordinator#tryAgain}. */
  boolean tryAgain();

  boolean deadlineReached();

  /** Answers what is not answered yet, since nothing more will come. */
  void stopped();
}
