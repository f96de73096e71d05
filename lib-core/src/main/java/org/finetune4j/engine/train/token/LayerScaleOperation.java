package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.RowSums;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.Positions;
import org.finetune4j.engine.train.parameter.Parameter;

/** A learned factor per channel. */
public final class LayerScaleOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter gamma;

  public LayerScaleOperation(Blob input, Blob output, Parameter gamma) {
    this.input = input;
    this.output = output;
    this.gamma = gamma;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    Positions.each(
        pass.n(),
        input,
        (position, first, stride) -> {
          for (int c = 0; c < gamma.values.length; c++) {
            y[first + c * stride] = x[first + c * stride] * gamma.values[c];
          }
        });
  }

  @Override
  public void backward(Pass pass) {
    float[] dx = input.wantsGradient() ? input.gradientSum(pass.n()) : new float[0];
    RowSums[] byGamma = new RowSums[pass.n()];
    Parallel.loop(
        pass.n(),
        input.elements(),
        sample -> {
          byGamma[sample] = new RowSums(input.channels());
          backward(sample, byGamma[sample], dx);
        });
    if (gamma.trainable) {
      RowSums.write(byGamma, gamma.gradient, 0);
    }
  }

  private void backward(int sample, RowSums byGamma, float[] dx) {
    float[] x = input.values();
    float[] row = new float[input.channels()];
    float[] slope = new float[row.length];
    Positions.ofSample(
        sample,
        input,
        (position, first, stride) -> {
          Positions.read(x, first, stride, row);
          Positions.read(output.gradient(), first, stride, slope);
          byGamma.addProducts(row, slope);
          if (dx.length > 0) {
            for (int c = 0; c < slope.length; c++) {
              slope[c] *= gamma.values[c];
            }
            Positions.add(slope, dx, first, stride);
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
