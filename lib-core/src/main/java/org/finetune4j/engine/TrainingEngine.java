package org.finetune4j.engine;

import java.util.List;
import java.util.ServiceLoader;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * Internal: what those who predict ask of the engine for training. It stands in {@code
 * finetune4j-core} and is found as a service, so that {@code finetune4j-predict} runs without it.
 */
public interface TrainingEngine {

  /** The slopes of a network's values by what it reads; confined to one thread at a time. */
  interface Slopes extends AutoCloseable {
    /**
     * Returns the gradient of one value before the last activation by one sample.
     *
     * @param input the sample, in channel, row, column order
     * @param output which of the values
     * @return as many values as the sample has
     */
    float[] of(float[] input, int output);

    @Override
    void close();
  }

  /**
   * Returns the engine.
   *
   * @param purpose what it is for, as the subject of a sentence
   * @throws IllegalStateException if {@code finetune4j-core} is not on the class path
   */
  static TrainingEngine find(String purpose) {
    // Not the loader of the calling thread: the engine stands where this class stands.
    return ServiceLoader.load(TrainingEngine.class, TrainingEngine.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    purpose
                        + " needs the engine for training, which finetune4j-predict leaves out:"
                        + " depend on org.finetune4j:finetune4j-core instead."));
  }

  /**
   * Computes the activations of one sample, with stored statistics and without dropout.
   *
   * @param network has one output
   * @param weights at least its tensors
   * @param inputs for each input of the network the sample, in channel, row, column order
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   * @throws IllegalStateException if the native library cannot be loaded
   */
  float[] forward(Network network, Weights weights, List<float[]> inputs);

  /**
   * Makes a network ready for its slopes.
   *
   * @param network one input, one output
   * @param weights at least its tensors
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   * @throws IllegalStateException if the native library cannot be loaded
   */
  Slopes slopes(Network network, Weights weights);
}
