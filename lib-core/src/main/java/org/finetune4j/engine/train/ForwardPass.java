package org.finetune4j.engine.train;

import java.util.Arrays;
import java.util.List;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Loss;
import org.finetune4j.weights.Weights;

/** What the engine for training computes going forward; to compare it with others. */
public final class ForwardPass {
  private ForwardPass() {}

  /**
   * Computes the activations of one sample, with stored statistics and without dropout.
   *
   * @param network has one output
   * @param weights at least its tensors
   * @param inputs for each input of the network the sample, in channel, row, column order
   * @return the activation of the output, likewise
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   * @throws IllegalStateException if the native library of ND4J cannot be loaded
   */
  public static float[] run(Network network, Weights weights, List<float[]> inputs) {
    NativeBackend.load();
    try (Scratch scratch = new Scratch()) {
      Program program =
          new Program(
              network, weights, WhatTrains.all(BatchNormPolicy.FROZEN_STATISTICS), false, scratch);
      for (int i = 0; i < inputs.size(); i++) {
        program.inputs().get(i).hold(inputs.get(i));
      }
      Pass pass = Pass.inference(1);
      program.forward(pass);
      int elements = network.outputShape().elements();
      float[] values = program.logits().values();
      Activation last = program.outputActivation();
      return last == Activation.LINEAR
          ? Arrays.copyOf(values, elements)
          : new CrossEntropy(last, elements, Loss.crossEntropy()).outputs(values, 1);
    }
  }
}
