package org.finetune4j.dl4j.layer;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code relu6(x + 3) / 6}, as Keras 3 and MobileNetV3 have it; ND4J's own has slope 0.2.
 *
 * <p>Public because Deeplearning4j makes it by name when it reads a saved graph.
 */
public final class HardSigmoid extends BaseActivationFunction {
  private static final long serialVersionUID = 1;

  /** For reading saved graphs. */
  public HardSigmoid() {}

  static INDArray of(INDArray in) {
    INDArray sixths = in.add(3);
    Transforms.max(sixths, 0, false);
    Transforms.min(sixths, 6, false);
    return sixths.divi(6);
  }

  /** Returns 1 where {@code -3 < x < 3}, else 0. */
  static INDArray inside(INDArray in) {
    return in.gt(-3).castTo(in.dataType()).muli(in.lt(3).castTo(in.dataType()));
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return in.assign(of(in));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    return new Pair<>(inside(in).divi(6).muli(epsilon), null);
  }
}
