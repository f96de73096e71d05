package org.finetune4j.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What has no business in the sources. */
class HygieneTest {
  private static final Pattern PATH_OF_ONE_MACHINE =
      Pattern.compile("(?<![\\w.~-])(/(home|root|Users|work)/(?!me\\b)\\w|[A-Z]:\\\\\\\\?Users)");

  private static final Set<String> NOT_OURS = Set.of(".git", "target", ".idea", ".vscode");

  @Test
  void noPathOfOneMachine() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      List<String> lines = linesOf(file);
      for (int i = 0; i < lines.size(); i++) {
        if (PATH_OF_ONE_MACHINE.matcher(lines.get(i)).find()) {
          found.add(Checkout.ROOT.relativize(file) + ":" + (i + 1) + " " + lines.get(i).strip());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void theTopLevelHoldsWhatItShould() throws IOException {
    try (var entries = Files.list(Checkout.ROOT)) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .filteredOn(name -> !name.startsWith(".") && !name.equals("target"))
          .filteredOn(name -> !name.endsWith("-output"))
          .isSubsetOf(
              "README.md",
              "CHANGELOG.md",
              "LICENSE",
              "pom.xml",
              "docs",
              "lib-augment",
              "lib-core",
              "lib-examples");
    }
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        Checkout.ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.size() < 1_000_000) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static List<String> linesOf(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (MalformedInputException picture) {
      return List.of();
    }
  }
}
