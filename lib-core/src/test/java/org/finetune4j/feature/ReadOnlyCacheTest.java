package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.testing.ChildProcess;
import org.finetune4j.testing.ReadOnlyFolder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features that were cached serve where nothing can be written; those that lack are refused. */
class ReadOnlyCacheTest {
  private static final ImageDataset PICTURES = Stripes.of(6, 1);

  @TempDir Path folder;

  /** Extracts with a cache in a folder. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      Path cache = Path.of(arguments[0]);
      System.out.println("writable: " + Files.isWritable(cache));
      System.out.println("cached: " + numbers(cache, PICTURES));
      try {
        System.out.println("more: " + numbers(cache, Stripes.of(6, 2)));
      } catch (IOException e) {
        System.out.println("refused: " + e);
      }
    }
  }

  private static String numbers(Path cache, ImageDataset pictures) throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureSet features =
          FeatureExtractor.builder(backbone).cache(cache).build().extract(pictures);
      return features.size() + " " + Arrays.toString(features.features(3));
    }
  }

  @Test
  void aReadOnlyCacheServes() throws IOException {
    Path cache = folder.resolve("features");
    String whole = numbers(cache, PICTURES);
    try (ReadOnlyFolder readOnly = ReadOnlyFolder.of(cache)) {
      ChildProcess child =
          ChildProcess.run(
              readOnly.command(),
              List.of("-Xmx128m"),
              120,
              folder,
              Program.class,
              cache.toString());
      assertThat(child.output())
          .contains("writable: false", "cached: " + whole)
          .containsPattern(
              "refused: .*The cache lacks [1-6] rows, and nothing can be written into '")
          .contains(cache.toString());
    }
  }
}
