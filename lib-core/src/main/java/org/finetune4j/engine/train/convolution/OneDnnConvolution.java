package org.finetune4j.engine.train.convolution;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.kernel.Scratch.Role;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Window;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's two-dimensional convolution, which runs on oneDNN where the native library has it. */
final class OneDnnConvolution implements Convolver {
  private static final int FILTERS_FIRST = 1;
  private static final int CHANNELS_FIRST = 0;

  private final Scratch scratch;
  private final int[] arguments;
  private final KernelGradient kernelOnly;

  OneDnnConvolution(Window window, Scratch scratch) {
    this.scratch = scratch;
    this.kernelOnly = new KernelGradient(window, new MatrixProduct(scratch));
    int same = window.padding() == Padding.SAME ? 1 : 0;
    this.arguments =
        new int[] {
          window.height(),
          window.width(),
          window.stride(),
          window.stride(),
          0,
          0,
          window.dilation(),
          window.dilation(),
          same,
          CHANNELS_FIRST,
          FILTERS_FIRST
        };
  }

  @Override
  public void forward(int n, Blob input, float[] kernel, float[] bias, Blob output) {
    float[] values = output.output(n);
    INDArray w = scratch.rows(Role.KERNEL, kernel, kernelShape(input, output.channels()));
    INDArray b = scratch.rows(Role.BIAS, bias, output.channels());
    for (SamplePiece piece : SamplePiece.of(n, input, output)) {
      INDArray x = piece.of(input, input.values(), Role.INPUT, scratch);
      INDArray y = scratch.rows(Role.OUTPUT, piece.shape(output));
      run("conv2d", new INDArray[] {x, w, b}, y);
      Scratch.take(y, values, piece.offset(output), false);
    }
  }

  @Override
  public void backward(
      int n,
      Blob input,
      float[] kernel,
      Blob output,
      float[] kernelGradient,
      float[] biasGradient) {
    if (!input.wantsGradient()) {
      kernelOnly.compute(n, input, output, kernelGradient, biasGradient);
      return;
    }
    boolean isFirstReader = !input.hasGradient();
    float[] inputGradient = isFirstReader ? input.firstGradient(n) : input.gradient();
    for (FilterPiece filters : FilterPiece.of(output.channels(), kernel.length)) {
      long[] shape = kernelShape(input, filters.count());
      INDArray w = scratch.rows(Role.KERNEL, kernel, filters.offset(), shape);
      INDArray b = scratch.rows(Role.BIAS, filters.count());
      INDArray dw = scratch.rows(Role.KERNEL_GRADIENT, shape);
      INDArray db = scratch.rows(Role.BIAS_GRADIENT, filters.count());
      for (SamplePiece piece : SamplePiece.of(n, input, output)) {
        INDArray x = piece.of(input, input.values(), Role.INPUT, scratch);
        INDArray dy = piece.of(output, filters, output.gradient(), Role.OUTPUT_GRADIENT, scratch);
        INDArray dx = scratch.rows(Role.INPUT_GRADIENT, piece.shape(input));
        run("conv2d_bp", new INDArray[] {x, w, b, dy}, dx, dw, db);
        boolean addsUp = !isFirstReader || filters.first() > 0;
        Scratch.take(dx, inputGradient, piece.offset(input), addsUp);
        Scratch.take(dw, kernelGradient, filters.offset(), piece.first() > 0);
        Scratch.take(db, biasGradient, filters.first(), piece.first() > 0);
      }
    }
  }

  private void run(String name, INDArray[] inputs, INDArray... outputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments)
            .build());
  }

  private long[] kernelShape(Blob input, int filters) {
    return new long[] {filters, input.channels(), arguments[0], arguments[1]};
  }
}
