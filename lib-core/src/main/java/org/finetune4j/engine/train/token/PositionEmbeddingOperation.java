package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.operation.Gradients;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.Samples;
import org.finetune4j.engine.train.parameter.Parameter;

/** A learned summand for each value of a sample. */
public final class PositionEmbeddingOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter embedding;

  public PositionEmbeddingOperation(Blob input, Blob output, Parameter embedding) {
    this.input = input;
    this.output = output;
    this.embedding = embedding;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    for (int sample = 0; sample < pass.n(); sample++) {
      int start = sample * input.elements();
      for (int i = 0; i < input.elements(); i++) {
        y[start + i] = x[start + i] + embedding.values[i];
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    if (embedding.trainable) {
      Samples.sum(output.gradient(), pass.n(), output.elements(), 0, embedding.gradient);
    }
    if (input.wantsGradient()) {
      Gradients.pass(output, input, pass.n());
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
