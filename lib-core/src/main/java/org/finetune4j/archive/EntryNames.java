package org.finetune4j.archive;

import java.io.IOException;

/** How long and how deep the names in an archive may be: folders take memory of their own. */
final class EntryNames {
  private static final int LONGEST = 4096;
  private static final int DEEPEST = 100;

  private EntryNames() {}

  static void requireLength(int bytes) throws IOException {
    if (bytes > LONGEST) {
      throw new IOException(
          "it holds a name of " + bytes + " bytes; at most " + LONGEST + " are read");
    }
  }

  static void requireDepth(int folders) throws IOException {
    if (folders > DEEPEST) {
      throw new IOException(
          "it holds folders in folders " + folders + " deep; at most " + DEEPEST + " are read");
    }
  }
}
