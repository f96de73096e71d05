package org.finetune4j.examples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.feature.FeatureSet;

/** Features as text, to be compared with what other libraries learn from them. */
final class FeatureCsv {
  private FeatureCsv() {}

  /** Writes a line per sample: what is right (1 or 0 per tag, or numbers), then the features. */
  static void write(FeatureSet features, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < features.size(); i++) {
        StringBuilder line = new StringBuilder();
        for (float value : features.answers().row(i)) {
          line.append(value).append(',');
        }
        for (float value : features.features(i)) {
          line.append(value).append(',');
        }
        line.setCharAt(line.length() - 1, '\n');
        out.append(line);
      }
    }
    System.out.println("Features are in " + file);
  }
}
