package org.finetune4j.engine.train.convolution;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.network.Window;

/** A way to compute convolutions. */
public interface Convolver {
  /** Multiplications per sample below which a native call costs more than it saves. */
  long WORTH_THE_CALL = 1 << 16;

  /** Writes the output's values. */
  void forward(int n, Blob input, float[] kernel, float[] bias, Blob output);

  /** Writes the gradients of kernel and bias, and adds to that of the input if it wants one. */
  void backward(
      int n, Blob input, float[] kernel, Blob output, float[] kernelGradient, float[] biasGradient);

  /** Returns the way that suits the layer, whose filters read their group of channels each. */
  static Convolver of(Window window, int groups, Blob input, Blob output, Scratch scratch) {
    if (groups > 1) {
      return new GroupedConvolution(window, groups, scratch);
    }
    if (window.height() * window.width() == 1) {
      return new PointwiseConvolution(window.stride(), scratch);
    }
    long work = (long) window.height() * window.width() * input.channels() * output.elements();
    // ND4J M2.1 asks oneDNN for dilated convolutions in a form that oneDNN refuses.
    return window.dilation() > 1 || work < WORTH_THE_CALL
        ? new MatrixConvolution(window, new MatrixProduct(scratch))
        : new OneDnnConvolution(window, scratch);
  }
}
