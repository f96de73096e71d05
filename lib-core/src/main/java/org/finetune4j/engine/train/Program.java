package org.finetune4j.engine.train;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** The operations of a network in order, up to the values before its last activation. */
final class Program {
  private final Network network;
  private final List<Parameter> parameters;
  private final Map<String, Blob> blobs;
  private final List<Operation> operations;
  private final Activation outputActivation;

  /**
   * Makes the operations.
   *
   * @param inputGradients whether the inputs get gradients too
   */
  Program(
      Network network,
      Weights weights,
      WhatTrains trains,
      boolean inputGradients,
      Scratch scratch) {
    this.network = network;
    ProgramWriter writer = new ProgramWriter(network, weights, trains, inputGradients, scratch);
    blobs = writer.write();
    parameters = writer.parameters();
    operations = writer.operations();
    outputActivation = writer.outputActivation();
  }

  List<Parameter> parameters() {
    return parameters;
  }

  List<Blob> inputs() {
    return network.inputs().stream().map(input -> blob(input.name())).toList();
  }

  /** Returns the values before the last activation. */
  Blob logits() {
    return blob(network.output());
  }

  /** Returns the activation that the loss takes over, or linear if there is none. */
  Activation outputActivation() {
    return outputActivation;
  }

  void forward(Pass pass) {
    operations.forEach(operation -> operation.forward(pass));
  }

  /**
   * Carries the gradient by {@link #logits} back, as far as anything wants it. The memory of values
   * that have been read for the last time is there for the gradients that come next.
   */
  void backward(Pass pass) {
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation operation = operations.get(i);
      Blob output = operation.output();
      if (output.wantsGradient() && output.hasGradient()) {
        operation.backward(pass);
        if (!operation.inPlace()) {
          output.releaseGradient();
          output.releaseValues();
        }
      }
    }
  }

  private Blob blob(String name) {
    return Objects.requireNonNull(blobs.get(name));
  }
}
