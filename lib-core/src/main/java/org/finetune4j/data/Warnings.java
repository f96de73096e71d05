package org.finetune4j.data;

import java.util.List;

/** Warnings within one line of text. */
final class Warnings {
  private static final int NAMES = 3;

  private Warnings() {}

  /** Returns {@code "; warning: a; b"}, or nothing where there is none. */
  static String line(List<String> warnings) {
    return warnings.isEmpty() ? "" : "; warning: " + String.join("; ", warnings);
  }

  /** Returns for example {@code 4 pictures are listed twice: a, b, c, ...}. */
  static String counted(List<String> pictures, String what) {
    String names = String.join(", ", pictures.subList(0, Math.min(NAMES, pictures.size())));
    return pictures.size()
        + (pictures.size() == 1 ? " picture is " : " pictures are ")
        + what
        + ": "
        + names
        + (pictures.size() > NAMES ? ", ..." : "");
  }
}
