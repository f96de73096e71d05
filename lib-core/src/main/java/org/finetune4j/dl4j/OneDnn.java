package org.finetune4j.dl4j;

import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/** Whether ND4J's native library was built with oneDNN. */
final class OneDnn {
  private OneDnn() {}

  static boolean isThere() {
    return Answer.THERE;
  }

  /** Asked once, when first needed: asking loads the native library. */
  private static final class Answer {
    private static final boolean THERE =
        Nd4j.getBackend().buildInfo().toUpperCase(Locale.ROOT).contains("HAVE_ONEDNN");
  }
}
