package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.Valid$;
import org.junit.jupiter.api.Test;

final class ShapeCompatCheckerTest {
  private final ShapeCompatChecker checker = new ShapeCompatChecker();

  private static Config shape(int partitions, int replicationFactor) {
    return ConfigFactory.parseString(
        "aitta { partitions = "
            + partitions
            + ", replication-factor = "
            + replicationFactor
            + " }");
  }

  @Test
  void aNodeOfTheSameShapeMayJoin() {
    assertEquals(Valid$.MODULE$, checker.check(shape(256, 3), shape(256, 3)));
  }

  @Test
  void aNodeOfAnotherShapeIsToldEveryDifference() {
    Invalid refused = assertInstanceOf(Invalid.class, checker.check(shape(128, 2), shape(256, 3)));
    assertEquals(
        "List(aitta.partitions is [128], must be [256],"
            + " aitta.replication-factor is [2], must be [3])",
        refused.errorMessages().toString());
  }

  @Test
  void aNodeWithoutAittaMayJoin() {
    assertEquals(Valid$.MODULE$, checker.check(ConfigFactory.empty(), shape(256, 3)));
  }

  @Test
  void pekkoFindsItByTheSettings() throws ReflectiveOperationException {
    String name =
        ConfigFactory.load()
            .getString("pekko.cluster.configuration-compatibility-check.checkers.aitta");
    assertInstanceOf(ShapeCompatChecker.class, Class.forName(name).getConstructor().newInstance());
  }
}
