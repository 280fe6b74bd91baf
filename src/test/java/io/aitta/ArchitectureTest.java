package io.aitta;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.junit.jupiter.api.Test;

/**
 * Keeps the packages and their directions.
 *
 * <table>
 * <caption>Packages under {@code io.aitta}</caption>
 * <tr><th>package</th><th>purpose</th><th>may use</th></tr>
 * <tr><td>(root)</td><td>the extension, stores, settings</td><td>actor and below</td></tr>
 * <tr><td>cli</td><td>bin/aitta: commands, shell, the node's main</td><td>all</td></tr>
 * <tr><td>http</td><td>the HTTP API</td><td>root and below</td></tr>
 * <tr><td>testkit</td><td>clusters under control</td><td>root and below</td></tr>
 * <tr><td>serialization</td><td>wire form of messages</td><td>model</td></tr>
 * <tr><td>actor</td><td>the actors</td><td>all below</td></tr>
 * <tr><td>quorum</td><td>the course of one request, counted against what it needs</td><td>model</td></tr>
 * <tr><td>replica</td><td>how a replica applies and answers</td><td>storage, partition, model</td></tr>
 * <tr><td>liveness</td><td>peer liveness transitions</td><td>model</td></tr>
 * <tr><td>repair</td><td>finding differences of replicas, making one whole again</td><td>partition, model</td></tr>
 * <tr><td>handoff</td><td>which hints are kept, for whom</td><td>partition, model</td></tr>
 * <tr><td>partition</td><td>configurations, placement, consensus</td><td>model</td></tr>
 * <tr><td>storage</td><td>engine interface and engines</td><td>model</td></tr>
 * <tr><td>codec</td><td>values to bytes and back</td><td>model</td></tr>
 * <tr><td>model</td><td>keys, versions, messages, outcomes</td><td>nothing</td></tr>
 * </table>
 */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.aitta");

  private static final Map<String, List<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("model", List.of()),
          Map.entry("codec", List.of("model")),
          Map.entry("storage", List.of("model")),
          Map.entry("partition", List.of("model")),
          Map.entry("liveness", List.of("model")),
          Map.entry("quorum", List.of("model")),
          Map.entry("repair", List.of("partition", "model")),
          Map.entry("handoff", List.of("partition", "model")),
          Map.entry("replica", List.of("storage", "partition", "model")),
          Map.entry("serialization", List.of("model")),
          Map.entry(
              "actor",
              List.of(
                  "quorum",
                  "replica",
                  "liveness",
                  "repair",
                  "handoff",
                  "partition",
                  "storage",
                  "codec",
                  "model")));

  private static final String[] DECISIONS = {
    "io.aitta.quorum..",
    "io.aitta.liveness..",
    "io.aitta.repair..",
    "io.aitta.handoff..",
    "io.aitta.partition..",
    "io.aitta.replica..",
    "io.aitta.model.."
  };

  @Test
  void packagesUseOnlyWhatTheTableAllows() {
    ArchRule rule =
        ArchRuleDefinition.classes()
            .should(
                new ArchCondition<JavaClass>("use only what the table allows") {
                  @Override
                  public void check(JavaClass user, ConditionEvents events) {
                    List<String> allowed = ALLOWED.get(packageOf(user));
                    if (allowed == null) {
                      return;
                    }
                    user.getDirectDependenciesFromSelf().stream()
                        .filter(use -> use.getTargetClass().getPackageName().startsWith("io.aitta"))
                        .filter(use -> !packageOf(use.getTargetClass()).equals(packageOf(user)))
                        .filter(use -> !allowed.contains(packageOf(use.getTargetClass())))
                        .forEach(
                            use ->
                                events.add(
                                    SimpleConditionEvent.violated(user, use.getDescription())));
                  }
                });
    rule.check(CLASSES);
  }

  @Test
  void rootUsesNothingAboveIt() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.aitta")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.aitta.cli..", "io.aitta.http..", "io.aitta.testkit..");
    rule.check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    ArchRule rule = slices().matching("io.aitta.(*)..").should().beFreeOfCycles();
    rule.check(CLASSES);
  }

  @Test
  void onlyTheActorSideImportsPekko() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(DECISIONS)
            .or()
            .resideInAnyPackage("io.aitta.storage..", "io.aitta.codec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.pekko..");
    rule.check(CLASSES);
  }

  @Test
  void decisionsReadNoClockDrawNoRandomNumberAndLogNothing() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(DECISIONS)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.random..", "java.util.concurrent..", "org.slf4j..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .allowEmptyShould(true);
    rule.check(CLASSES);
  }

  @Test
  void commandsAreSealed() {
    ArchRule rule =
        ArchRuleDefinition.classes()
            .that()
            .haveSimpleName("Command")
            .and()
            .areInterfaces()
            .and()
            .resideInAPackage("io.aitta.actor..")
            .should(
                new ArchCondition<JavaClass>("be sealed, with records and enums only") {
                  @Override
                  public void check(JavaClass command, ConditionEvents events) {
                    if (!command.reflect().isSealed()) {
                      events.add(
                          SimpleConditionEvent.violated(command, command.getName() + " is open"));
                    }
                    command.getAllSubclasses().stream()
                        .filter(message -> !message.isInterface())
                        .filter(message -> !message.isRecord() && !message.isEnum())
                        .filter(message -> !message.getModifiers().contains(JavaModifier.ABSTRACT))
                        .forEach(
                            message ->
                                events.add(
                                    SimpleConditionEvent.violated(
                                        message, message.getName() + " is no record or enum")));
                  }
                })
            .allowEmptyShould(true);
    rule.check(CLASSES);
  }

  /** Pekko names the logger by whoever logs first, which may be a timer of its own. */
  @Test
  void actorsThatLogNameTheirLogger() {
    ArchRule rule =
        ArchRuleDefinition.classes()
            .that(
                new DescribedPredicate<JavaClass>("are actors that log") {
                  @Override
                  public boolean test(JavaClass type) {
                    return type.isAssignableTo(AbstractBehavior.class) && calls(type, "getLog");
                  }
                })
            .should(
                new ArchCondition<JavaClass>("call setLoggerName") {
                  @Override
                  public void check(JavaClass type, ConditionEvents events) {
                    if (!calls(type, "setLoggerName")) {
                      events.add(
                          SimpleConditionEvent.violated(
                              type, type.getName() + " does not name its logger"));
                    }
                  }
                });
    rule.check(CLASSES);
  }

  private static boolean calls(JavaClass type, String method) {
    return type.getMethodCallsFromSelf().stream()
        .anyMatch(
            call ->
                call.getTargetOwner().isEquivalentTo(ActorContext.class)
                    && call.getName().equals(method));
  }

  @Test
  void nothingPrintsButTheCommandLine() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage("io.aitta.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
    rule.check(CLASSES);
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals("io.aitta")) {
      return "";
    }
    String rest = name.substring("io.aitta.".length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
