package org.finetune4j.checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder this build runs in. */
final class Checkout {

  static final Path ROOT =
      Path.of(System.getProperty("finetune4j.checkout", "..")).toAbsolutePath().normalize();

  private Checkout() {}

  /** README.md, CHANGELOG.md and every page of docs, at any depth. */
  static List<Path> pages() {
    Path docs = ROOT.resolve("docs");
    try (Stream<Path> found = Files.isDirectory(docs) ? Files.walk(docs) : Stream.empty()) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")),
              found.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
