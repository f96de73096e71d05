package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.RowSums;
import org.finetune4j.engine.train.kernel.Sums;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.Positions;
import org.finetune4j.engine.train.parameter.Parameter;

/** Each position over its channels. */
public final class LayerNormalizationOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final Parameter gamma;
  private final Parameter beta;
  private final double epsilon;

  /** Mean and reciprocal deviation of each position of the batch. */
  private float[] mean = {};

  private float[] factor = {};

  public LayerNormalizationOperation(
      Blob input, Blob output, Parameter gamma, Parameter beta, double epsilon) {
    this.input = input;
    this.output = output;
    this.gamma = gamma;
    this.beta = beta;
    this.epsilon = epsilon;
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.values();
    float[] y = output.output(pass.n());
    if (mean.length < pass.n() * input.area()) {
      mean = new float[pass.n() * input.area()];
      factor = new float[mean.length];
    }
    Parallel.loop(
        pass.n(),
        input.elements(),
        sample -> {
          float[] row = new float[input.channels()];
          Positions.ofSample(
              sample,
              input,
              (position, first, stride) -> {
                Positions.read(x, first, stride, row);
                normalize(row, position);
                scale(row);
                Positions.write(row, y, first, stride);
              });
        });
  }

  private void normalize(float[] row, int position) {
    double centre = Sums.of(row) / row.length;
    subtract(row, (float) centre);
    double rest = (float) centre - centre; // what is left of the mean by its rounding
    double variance = Sums.ofProducts(row, row) / row.length - rest * rest;
    mean[position] = (float) centre;
    factor[position] = (float) (1 / Math.sqrt(variance + epsilon));
    multiply(row, factor[position]);
  }

  private static void subtract(float[] row, float value) {
    for (int c = 0; c < row.length; c++) {
      row[c] -= value;
    }
  }

  private static void multiply(float[] row, float value) {
    for (int c = 0; c < row.length; c++) {
      row[c] *= value;
    }
  }

  private void scale(float[] row) {
    float[] scale = gamma.values;
    float[] shift = beta.values;
    for (int c = 0; c < row.length; c++) {
      row[c] = row[c] * scale[c] + shift[c];
    }
  }

  @Override
  public void backward(Pass pass) {
    float[] dx = input.wantsGradient() ? input.gradientSum(pass.n()) : new float[0];
    RowSums[] byGamma = new RowSums[pass.n()];
    RowSums[] byBeta = new RowSums[pass.n()];
    Parallel.loop(
        pass.n(),
        input.elements(),
        sample -> {
          byGamma[sample] = new RowSums(input.channels());
          byBeta[sample] = new RowSums(input.channels());
          backward(sample, byGamma[sample], byBeta[sample], dx);
        });
    if (gamma.trainable) {
      RowSums.write(byGamma, gamma.gradient, 0);
    }
    if (beta.trainable) {
      RowSums.write(byBeta, beta.gradient, 0);
    }
  }

  private void backward(int sample, RowSums byGamma, RowSums byBeta, float[] dx) {
    float[] x = input.values();
    float[] normal = new float[input.channels()];
    float[] slope = new float[normal.length];
    Positions.ofSample(
        sample,
        input,
        (position, first, stride) -> {
          Positions.read(x, first, stride, normal);
          subtract(normal, mean[position]);
          multiply(normal, factor[position]);
          Positions.read(output.gradient(), first, stride, slope);
          byGamma.addProducts(normal, slope);
          byBeta.add(slope, 0);
          if (dx.length > 0) {
            passOn(normal, slope, factor[position]);
            Positions.add(slope, dx, first, stride);
          }
        });
  }

  /** Turns the slope by the result into that by what was read. */
  private void passOn(float[] normal, float[] slope, float by) {
    float[] scale = gamma.values;
    for (int c = 0; c < slope.length; c++) {
      slope[c] *= scale[c];
    }
    float shift = (float) (Sums.of(slope) / slope.length);
    float tilt = (float) (Sums.ofProducts(normal, slope) / slope.length);
    for (int c = 0; c < slope.length; c++) {
      slope[c] = by * (slope[c] - shift - normal[c] * tilt);
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
