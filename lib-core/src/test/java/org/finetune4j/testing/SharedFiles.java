package org.finetune4j.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune4j.backbone.PublishedWeights;
import org.finetune4j.weights.WeightStore;

/**
 * Large inputs that are not part of the project: photos, real weights, reference activations. Tests
 * that need them are skipped where they are not.
 */
public final class SharedFiles {
  private static final String PROPERTY = "finetune4j.shared";
  private static final String MARK = "DESIGN.md";

  private SharedFiles() {}

  /**
   * Returns a file or folder below the shared folder: the system property {@code
   * finetune4j.shared}, else a folder {@code shared} beside the checkout.
   */
  public static Optional<Path> find(String relative) {
    return folder().map(folder -> folder.resolve(relative)).filter(Files::exists);
  }

  /**
   * Returns the {@code model.json} of ResNet50: where the system property {@code
   * finetune4j.resnet50} says, else in the standard store, if an example has fetched it.
   */
  public static Optional<Path> resNet50() {
    String property = System.getProperty("finetune4j.resnet50");
    return property != null
        ? Optional.of(Path.of(property)).filter(Files::exists)
        : WeightStore.standard().offline().find(PublishedWeights.RESNET50_NPM);
  }

  private static Optional<Path> folder() {
    String property = System.getProperty(PROPERTY);
    if (property != null) {
      return Optional.of(Path.of(property));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolveSibling("shared");
      if (Files.exists(candidate.resolve(MARK))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
