package org.finetune4j.engine.dl4j;

import org.finetune4j.network.Window;

/** A way to compute convolutions over all channels. */
interface Convolver {
  /** Writes the output's values. */
  void forward(int n, Blob input, float[] kernel, float[] bias, Blob output);

  /** Writes the gradients of kernel and bias, and adds to that of the input if it wants one. */
  void backward(
      int n, Blob input, float[] kernel, Blob output, float[] kernelGradient, float[] biasGradient);

  /** Returns the way that suits the window. */
  static Convolver of(Window window, Scratch scratch) {
    // ND4J M2.1 asks oneDNN for dilated convolutions in a form that oneDNN refuses.
    return window.dilation() > 1
        ? new MatrixConvolution(window, scratch)
        : new OneDnnConvolution(window, scratch);
  }
}
