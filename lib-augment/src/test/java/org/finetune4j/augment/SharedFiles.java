package org.finetune4j.augment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds test inputs outside the repository: the folder {@code shared} beside the checkout. */
final class SharedFiles {
  private SharedFiles() {}

  /**
   * Returns a file of the folder named by the system property {@code finetune4j.shared}, otherwise
   * of the nearest folder {@code shared} with a DESIGN.md that lies beside a parent of the working
   * directory.
   */
  static Optional<Path> find(String relative) {
    return root().map(root -> root.resolve(relative)).filter(Files::exists);
  }

  private static Optional<Path> root() {
    String property = System.getProperty("finetune4j.shared", "");
    if (!property.isEmpty()) {
      return Optional.of(Path.of(property));
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null) {
      Path shared = folder.resolveSibling("shared");
      if (Files.exists(shared.resolve("DESIGN.md"))) {
        return Optional.of(shared);
      }
      folder = folder.getParent();
    }
    return Optional.empty();
  }
}
