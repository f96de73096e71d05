package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.convolution.Convolver;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.parameter.FilterBank;

/** A convolution over all channels, or in groups of them. */
public final class ConvolutionOperation implements Operation {
  private final Blob input;
  private final Blob output;
  private final FilterBank filters;
  private final Convolver convolution;

  public ConvolutionOperation(Blob input, Blob output, FilterBank filters, Convolver convolution) {
    this.input = input;
    this.output = output;
    this.filters = filters;
    this.convolution = convolution;
  }

  @Override
  public void forward(Pass pass) {
    float[] kernel = filters.kernel();
    convolution.forward(pass.n(), input, kernel, filters.bias(), output);
    filters.release(kernel);
  }

  @Override
  public void backward(Pass pass) {
    float[] kernel = filters.kernel();
    convolution.backward(
        pass.n(), input, kernel, output, filters.kernelGradient(), filters.biasGradient());
    filters.release(kernel);
    filters.backward();
  }

  @Override
  public Blob output() {
    return output;
  }
}
