package org.finetune4j.engine.train.convolution;

import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.NativeMatrix;
import org.finetune4j.engine.train.kernel.NativeThreads;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.kernel.Scratch.Role;

/**
 * A convolution whose filters read one position each: filters by channels, times channels by
 * positions. A thread takes some positions from the heap to the product and back while its caches
 * hold them. oneDNN turns all values into its layout and back, in memory that is new for each call:
 * the layers of MobileNetV2 take 0.6 to 0.7 of its time here.
 *
 * <p>Each thread adds up a kernel gradient of its own, so that its bits depend on how many
 * processors there are, as oneDNN's do.
 */
final class PointwiseConvolution implements Convolver {
  private final int stride;
  private final Scratch scratch;

  PointwiseConvolution(int stride, Scratch scratch) {
    this.stride = stride;
    this.scratch = scratch;
  }

  @Override
  public void forward(int n, Blob input, float[] kernel, float[] bias, Blob output) {
    float[] x = input.values();
    float[] y = output.output(n);
    PositionPieces pieces = new PositionPieces(n, input, output, stride, NativeThreads.LANES);
    NativeMatrix w = kernel(kernel, input, output);
    NativeMatrix xs = scratch.matrix(Role.INPUT, NativeThreads.LANES, pieces.inputLength());
    NativeMatrix ys = scratch.matrix(Role.OUTPUT, NativeThreads.LANES, pieces.outputLength());
    inLanes(
        pieces,
        (lane, piece) -> {
          NativeMatrix from = xs.row(lane, input.channels(), piece.columns());
          NativeMatrix to = ys.row(lane, output.channels(), piece.columns());
          pieces.input().load(piece, x, from);
          NativeMatrix.multiply(w, from, to);
          pieces.output().store(piece, to, bias, y);
        });
  }

  @Override
  public void backward(
      int n,
      Blob input,
      float[] kernel,
      Blob output,
      float[] kernelGradient,
      float[] biasGradient) {
    float[] x = input.values();
    float[] dy = output.gradient();
    Planes.writeChannelSums(n, output, dy, biasGradient);
    // What filters skip has a gradient of zero, to which nothing is written.
    boolean adds = input.hasGradient() || stride > 1;
    Optional<float[]> dx =
        input.wantsGradient()
            ? Optional.of(adds ? input.gradientSum(n) : input.firstGradient(n))
            : Optional.empty();
    PositionPieces pieces = new PositionPieces(n, input, output, stride, NativeThreads.LANES);
    NativeMatrix w = kernel(kernel, input, output).transpose();
    NativeMatrix xs = scratch.matrix(Role.INPUT, NativeThreads.LANES, pieces.inputLength());
    NativeMatrix dys =
        scratch.matrix(Role.OUTPUT_GRADIENT, NativeThreads.LANES, pieces.outputLength());
    NativeMatrix dws = scratch.matrix(Role.KERNEL_GRADIENT, NativeThreads.LANES, kernel.length);
    dws.clear();
    inLanes(
        pieces,
        (lane, piece) -> {
          NativeMatrix in = xs.row(lane, input.channels(), piece.columns());
          NativeMatrix out = dys.row(lane, output.channels(), piece.columns());
          NativeMatrix dw = dws.row(lane, output.channels(), input.channels());
          pieces.input().load(piece, x, in);
          pieces.output().load(piece, dy, out);
          NativeMatrix.multiply(out, in.transpose(), dw, true);
          dx.ifPresent(
              to -> {
                NativeMatrix.multiply(w, out, in); // x has been read
                pieces.input().store(piece, in, to, adds);
              });
        });
    for (int lane = 0; lane < NativeThreads.LANES; lane++) {
      dws.part(lane, 1, 0, kernel.length).read(kernelGradient, 0, lane > 0);
    }
  }

  private NativeMatrix kernel(float[] values, Blob input, Blob output) {
    return scratch.matrix(Role.KERNEL, Matrix.of(values, output.channels(), input.channels()));
  }

  private interface Body {
    void accept(int lane, PositionPieces.Piece piece);
  }

  private static void inLanes(PositionPieces pieces, Body body) {
    NativeThreads.inLanes(
        pieces.count(),
        pieces.inputLength() + pieces.outputLength(),
        (lane, i) -> body.accept(lane, pieces.get(i)));
  }
}
