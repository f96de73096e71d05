package org.finetune4j.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each chapter's script for the JDK's shell compiles, is read as it is meant, and one is run. */
class TutorialScriptsTest {
  private static final Path TUTORIAL = Checkout.ROOT.resolve("docs").resolve("tutorial");

  @TempDir private Path folder;

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(TUTORIAL)) {
      return files.filter(file -> file.toString().endsWith(".jsh")).sorted().toList();
    }
  }

  @Test
  void eachChapterHasAScript() throws IOException {
    List<String> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(TUTORIAL)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".md"))
          .forEach(name -> pages.add(name.replace(".md", ".jsh")));
    }
    assertThat(scripts())
        .extracting(script -> script.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(pages);
  }

  @Test
  void scriptsCompile() throws IOException {
    try (BlockCompiler compiler = new BlockCompiler()) {
      for (Path script : scripts()) {
        List<String> lines =
            Files.readAllLines(script).stream().filter(line -> !line.startsWith("/exit")).toList();
        assertThat(compiler.errors(new CodeBlock(script, 1, "java", lines)))
            .as(script.toString())
            .isEmpty();
      }
    }
  }

  /** The shell ends a statement at the end of a line where it can, so a chain goes on by a dot. */
  @Test
  void noStatementIsCutInTwo() throws IOException {
    for (Path script : scripts()) {
      assertThat(Files.readAllLines(script))
          .as(script.toString())
          .noneMatch(line -> line.strip().startsWith("."));
    }
  }

  /** The one that needs neither photos nor weights runs; others are compiled only. */
  @Test
  void aScriptRuns() throws IOException {
    System.setProperty("photo", TUTORIAL.resolve("augmentation.png").toString());
    System.setProperty("out", folder.toString());
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      String open = "";
      for (String line : Files.readAllLines(TUTORIAL.resolve("03-augmentation.jsh"))) {
        if (line.isBlank() || line.startsWith("/")) {
          continue;
        }
        open += line + "\n";
        if (shell.sourceCodeAnalysis().analyzeCompletion(open).completeness().isComplete()) {
          for (SnippetEvent event : shell.eval(open)) {
            assertThat(event.status()).as(open).isEqualTo(Snippet.Status.VALID);
            assertThat(event.exception()).as(open).isNull();
          }
          open = "";
        }
      }
    } finally {
      System.clearProperty("photo");
      System.clearProperty("out");
    }
    assertThat(folder.resolve("augmented.png")).isNotEmptyFile();
  }
}
