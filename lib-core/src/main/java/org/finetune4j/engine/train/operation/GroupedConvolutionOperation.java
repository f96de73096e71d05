package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Convolver;
import org.finetune4j.engine.train.kernel.GroupedKernel;
import org.finetune4j.engine.train.parameter.FilterBank;

/** A convolution in groups of channels. */
public final class GroupedConvolutionOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final FilterBank filters;
  private final Convolver convolution;
  private final GroupedKernel groups;
  private float[] kernel = {};

  public GroupedConvolutionOperation(
      Blob input, Blob output, FilterBank filters, Convolver convolution, GroupedKernel groups) {
    this.input = input;
    this.output = output;
    this.filters = filters;
    this.convolution = convolution;
    this.groups = groups;
  }

  @Override
  public void forward(Pass pass) {
    kernel = groups.spread(filters.kernel());
    convolution.forward(pass.n(), input, kernel, filters.bias(), output);
  }

  @Override
  public void backward(Pass pass) {
    float[] gradient = new float[kernel.length];
    convolution.backward(pass.n(), input, kernel, output, gradient, filters.biasGradient());
    groups.gather(gradient, filters.kernelGradient());
    filters.backward();
  }

  @Override
  public Blob output() {
    return output;
  }
}
