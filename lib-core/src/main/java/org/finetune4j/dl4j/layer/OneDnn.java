package org.finetune4j.dl4j.layer;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What layers on oneDNN have in common. */
final class OneDnn {
  private OneDnn() {}

  /** Returns whether ND4J's native library was built with oneDNN. */
  static boolean isThere() {
    return Answer.THERE;
  }

  /** Does to a running layer what Deeplearning4j's configurations do to theirs. */
  static Layer start(
      Layer layer,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      Map<String, INDArray> table) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(table);
    return layer;
  }

  /** Asked once, when first needed: asking loads the native library. */
  private static final class Answer {
    private static final boolean THERE =
        Nd4j.getBackend().buildInfo().toUpperCase(Locale.ROOT).contains("HAVE_ONEDNN");
  }
}
