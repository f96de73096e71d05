package org.finetune4j.engine.train.parameter;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.ArrayPool;

/**
 * The kernel and bias of a convolution, with what stands right behind it and multiplies and shifts
 * each filter's output. Multiplying the kernel instead gives the same numbers and the same
 * gradients without touching the activation: y = s (W x + b) + t = (s W) x + (s b + t).
 */
public final class FilterBank {
  private final Parameter kernel;
  private final Optional<Parameter> bias;
  private final Optional<ChannelAffine> affine;
  private final int filters;
  private final ArrayPool pool;

  /** The gradient by the bias that the convolution saw. */
  private final float[] biasGradient;

  private float[] scale = {};

  public FilterBank(
      Parameter kernel,
      Optional<Parameter> bias,
      Optional<ChannelAffine> affine,
      int filters,
      ArrayPool pool) {
    this.kernel = kernel;
    this.bias = bias;
    this.affine = affine;
    this.filters = filters;
    this.pool = pool;
    this.biasGradient =
        affine.isEmpty() && bias.isPresent() ? bias.get().gradient : new float[filters];
  }

  public boolean trains() {
    return kernel.trainable
        || bias.filter(p -> p.trainable).isPresent()
        || affine.filter(ChannelAffine::trains).isPresent();
  }

  /** Returns the kernel to convolve with, good until it is released. */
  public float[] kernel() {
    if (affine.isEmpty()) {
      return kernel.values;
    }
    scale = affine.get().scale();
    float[] scaled = pool.take(kernel.values.length);
    int each = kernel.values.length / filters;
    for (int f = 0; f < filters; f++) {
      for (int i = f * each; i < (f + 1) * each; i++) {
        scaled[i] = kernel.values[i] * scale[f];
      }
    }
    return scaled;
  }

  /** Takes a kernel back: as large as all weights, it is there for one layer at a time. */
  public void release(float[] used) {
    if (affine.isPresent()) {
      pool.release(used);
    }
  }

  /** Returns the bias to add. */
  public float[] bias() {
    float[] plain = bias.map(b -> b.values).orElseGet(() -> new float[filters]);
    if (affine.isEmpty()) {
      return plain;
    }
    float[] factors = affine.get().scale();
    float[] shift = affine.get().shift();
    for (int f = 0; f < filters; f++) {
      shift[f] += plain[f] * factors[f];
    }
    return shift;
  }

  /** Returns the array for the gradient by {@link #kernel}. */
  public float[] kernelGradient() {
    return kernel.gradient;
  }

  /** Returns the array for the gradient by {@link #bias}. */
  public float[] biasGradient() {
    return biasGradient;
  }

  /** Hands the two gradients on to the parameters. */
  public void backward() {
    affine.ifPresent(this::backwardThrough);
  }

  private void backwardThrough(ChannelAffine behind) {
    float[] factorGradient = new float[filters];
    float[] gradient = kernel.gradient;
    int each = gradient.length / filters;
    for (int f = 0; f < filters; f++) {
      int filter = f;
      double sum = (double) bias.map(b -> b.values[filter]).orElse(0f) * biasGradient[f];
      for (int i = f * each; i < (f + 1) * each; i++) {
        sum += (double) kernel.values[i] * gradient[i];
        gradient[i] *= scale[f];
      }
      factorGradient[f] = (float) sum;
    }
    behind.backward(factorGradient, biasGradient);
    bias.ifPresent(
        b -> {
          for (int f = 0; f < filters; f++) {
            b.gradient[f] = biasGradient[f] * scale[f];
          }
        });
  }
}
