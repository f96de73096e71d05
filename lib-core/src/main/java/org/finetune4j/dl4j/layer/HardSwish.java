package org.finetune4j.dl4j.layer;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code x * relu6(x + 3) / 6}, which ND4J does not have.
 *
 * <p>Public because Deeplearning4j makes it by name when it reads a saved graph.
 */
public final class HardSwish extends BaseActivationFunction {
  private static final long serialVersionUID = 1;

  /** For reading saved graphs. */
  public HardSwish() {}

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return in.muli(HardSigmoid.of(in));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    INDArray slope = HardSigmoid.inside(in).divi(6).muli(in).addi(HardSigmoid.of(in));
    return new Pair<>(slope.muli(epsilon), null);
  }
}
