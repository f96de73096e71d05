package org.finetune4j.checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fenced block of a page: {@code line} is the number of its first line of content. */
record CodeBlock(Path page, int line, String language, List<String> lines) {

  CodeBlock {
    lines = List.copyOf(lines);
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }

  @Override
  public String toString() {
    return Checkout.ROOT.relativize(page) + ":" + line + " (" + language + ")";
  }

  /** Blocks of one language in all pages, in order. */
  static List<CodeBlock> inAllPages(String language) {
    return Checkout.pages().stream()
        .flatMap(page -> of(page).stream())
        .filter(block -> block.language.equals(language))
        .toList();
  }

  static List<CodeBlock> of(Path page) {
    List<String> all;
    try {
      all = Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<CodeBlock> blocks = new ArrayList<>();
    int start = -1;
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i).strip();
      if (!line.startsWith("```")) {
        continue;
      }
      if (start < 0) {
        start = i;
      } else {
        String language = all.get(start).strip().substring(3).strip();
        blocks.add(new CodeBlock(page, start + 2, language, all.subList(start + 1, i)));
        start = -1;
      }
    }
    if (start >= 0) {
      throw new IllegalStateException(
          page + ": the block that opens in line " + (start + 1) + " never ends");
    }
    return blocks;
  }
}
