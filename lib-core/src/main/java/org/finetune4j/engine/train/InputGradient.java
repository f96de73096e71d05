package org.finetune4j.engine.train;

import java.util.Arrays;
import java.util.Locale;
import org.finetune4j.engine.TrainingEngine;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.network.Network;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.weights.Weights;

/**
 * How a network's result changes with what it reads: the gradient by its input, of the values
 * before the last softmax or sigmoid. Without dropout, with stored statistics; nothing changes.
 *
 * <p>Confined to one thread at a time. Memory off the heap is what the largest operation needs, and
 * is freed by {@link #close}.
 */
public final class InputGradient implements TrainingEngine.Slopes {
  private final Scratch scratch;
  private final Program program;
  private boolean closed;

  private InputGradient(Scratch scratch, Program program) {
    this.scratch = scratch;
    this.program = program;
  }

  /**
   * Makes a network ready.
   *
   * @param network one input, one output
   * @param weights all tensors of the network; others are passed over
   * @throws IllegalArgumentException if a tensor is missing or has another shape
   * @throws IllegalStateException if the native library of ND4J cannot be loaded
   */
  public static InputGradient create(Network network, Weights weights) {
    NativeBackend.load();
    Scratch scratch = new Scratch();
    return new InputGradient(
        scratch,
        new Program(network, weights, WhatTrains.all(BatchNormPolicy.FROZEN), true, scratch));
  }

  @Override
  public float[] of(float[] input, int output) {
    if (closed) {
      throw new IllegalStateException("This network is closed.");
    }
    Blob read = program.inputs().get(0);
    if (input.length != read.elements()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "The network reads %d values, not %d.", read.elements(), input.length));
    }
    Pass pass = Pass.inference(1);
    read.hold(input);
    program.forward(pass);
    float[] gradient = program.logits().gradientSum(1);
    Arrays.fill(gradient, 0);
    gradient[output] = 1;
    program.backward(pass);
    float[] result = Arrays.copyOf(read.gradient(), input.length);
    read.releaseGradient();
    return result;
  }

  @Override
  public void close() {
    closed = true;
    scratch.close();
  }
}
