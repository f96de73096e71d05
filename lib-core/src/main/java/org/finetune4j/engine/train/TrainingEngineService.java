package org.finetune4j.engine.train;

import java.util.List;
import org.finetune4j.engine.TrainingEngine;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** This engine as the service that the predicting half looks for. */
public final class TrainingEngineService implements TrainingEngine {
  /** For {@link java.util.ServiceLoader}. */
  public TrainingEngineService() {}

  @Override
  public float[] forward(Network network, Weights weights, List<float[]> inputs) {
    return ForwardPass.run(network, weights, inputs);
  }

  @Override
  public Slopes slopes(Network network, Weights weights) {
    return InputGradient.create(network, weights);
  }
}
