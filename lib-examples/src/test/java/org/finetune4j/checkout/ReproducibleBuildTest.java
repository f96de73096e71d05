package org.finetune4j.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two release builds of this checkout, in folders of other names, give the same bytes. */
class ReproducibleBuildTest {
  @TempDir Path folder;

  @Test
  void twoBuildsGiveEqualArtifacts() throws IOException, InterruptedException {
    assumeTrue(
        Boolean.getBoolean("finetune4j.thorough"),
        "two release builds take minutes: -Dfinetune4j.thorough=true");
    Map<String, String> first = built(folder.resolve("a"));
    Map<String, String> second = built(folder.resolve("a-longer-name"));
    assertThat(first).hasSizeGreaterThan(20);
    assertThat(second).isEqualTo(first);
  }

  private static Map<String, String> built(Path copy) throws IOException, InterruptedException {
    run(Checkout.ROOT, "git", "clone", "--quiet", ".", copy.toString());
    run(copy, "mvn", "-B", "-ntp", "-q", "-Prelease", "-DskipTests", "package");
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.filter(ReproducibleBuildTest::isArtifact).toList()) {
        hashes.put(
            copy.relativize(file).toString(),
            MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString());
      }
    }
    return hashes;
  }

  private static boolean isArtifact(Path file) {
    String name = file.toString().replace('\\', '/');
    return name.matches(".*/target/[^/]+([.]jar|-cyclonedx[.]json|pom[.]xml)");
  }

  private static void run(Path where, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(where.toFile()).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", List.of(command))).isZero();
  }
}
