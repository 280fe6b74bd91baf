package io.aitta.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The examples of the README are code that compiles and runs: {@link ReadmeExamplesTest}. */
final class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path EXAMPLES =
      Path.of("src/test/java/io/aitta/readme/ReadmeExamplesTest.java");

  @Test
  void everyJavaExampleStandsInTheExamplesThatRun() throws IOException {
    String examples = unindented(Files.readString(EXAMPLES));
    List<String> blocks = javaBlocks(Files.readString(Path.of("README.md")));
    assertEquals(8, blocks.size());
    for (String block : blocks) {
      assertTrue(examples.contains(unindented(block)), block);
    }
  }

  @Test
  void everyFileThatTheReadmeLinksToIsThere() throws IOException {
    Matcher link =
        Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(Path.of("README.md")));
    int links = 0;
    while (link.find()) {
      assertTrue(Files.exists(Path.of(link.group(1))), link.group(1));
      links++;
    }
    assertTrue(links > 0);
  }

  private static List<String> javaBlocks(String readme) {
    List<String> blocks = new ArrayList<>();
    Matcher block = JAVA_BLOCK.matcher(readme);
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  private static String unindented(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
