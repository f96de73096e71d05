package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.NativeMatrix;
import org.finetune4j.engine.train.kernel.NativeThreads;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.kernel.Scratch.Role;
import org.finetune4j.engine.train.kernel.SoftmaxRows;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;

/**
 * The middle of multi-head attention: it reads queries, keys and values of all heads, side by side
 * in each token, and writes the heads' results side by side. Products read and write the columns of
 * a head where they lie. A thread takes a head from the first product to the last, so that what one
 * writes is still in its caches when the next reads it, and no thread waits for another.
 */
public final class AttentionOperation implements Operation {
  private static final int QUERY = 0;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  /** Rows of shares that are copied at a time, so that they stay in the fastest caches. */
  private static final int ROWS = 32;

  private final Blob input;
  private final Blob output;
  private final int heads;
  private final int tokens;
  private final int width;
  private final float scale;
  private final Scratch scratch;

  /** What every token takes of every token, sample by sample, head by head. */
  private float[] shares = {};

  public AttentionOperation(Blob input, Blob output, int heads, Scratch scratch) {
    this.input = input;
    this.output = output;
    this.heads = heads;
    this.tokens = output.shape().tokens();
    this.width = output.channels() / heads;
    this.scale = (float) (1 / Math.sqrt(width));
    this.scratch = scratch;
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.n();
    if (shares.length < Math.multiplyExact(n * heads, tokens * tokens)) {
      shares = new float[n * heads * tokens * tokens];
    }
    NativeMatrix x = scratch.matrix(Role.INPUT, n * tokens, input.channels());
    x.write(input.values(), 0);
    NativeMatrix y = scratch.matrix(Role.OUTPUT, n * tokens, output.channels());
    NativeMatrix squares = scratch.matrix(Role.KERNEL, NativeThreads.LANES * tokens, tokens);
    eachHead(
        n,
        (lane, sample, head) -> {
          NativeMatrix scores = square(squares, lane);
          NativeMatrix keys = part(x, sample, KEY, head).transpose();
          NativeMatrix.multiply(part(x, sample, QUERY, head), keys, scores);
          softmax(scores, start(sample, head));
          NativeMatrix values = part(x, sample, VALUE, head);
          NativeMatrix.multiply(scores, values, part(y, sample, 0, head));
        });
    y.read(output.output(n), 0, false);
  }

  private void softmax(NativeMatrix scores, int start) {
    for (int row = 0; row < tokens; row += ROWS) {
      int rows = Math.min(ROWS, tokens - row);
      int at = start + row * tokens;
      NativeMatrix block = scores.part(row, rows, 0, tokens);
      block.read(shares, at, false);
      SoftmaxRows.apply(shares, at, scale, rows, tokens);
      block.write(shares, at);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    int n = pass.n();
    NativeMatrix x = scratch.matrix(Role.INPUT, n * tokens, input.channels());
    x.write(input.values(), 0);
    NativeMatrix dy = scratch.matrix(Role.OUTPUT_GRADIENT, n * tokens, output.channels());
    dy.write(output.gradient(), 0);
    NativeMatrix dx = scratch.matrix(Role.INPUT_GRADIENT, n * tokens, input.channels());
    NativeMatrix squares = scratch.matrix(Role.KERNEL, NativeThreads.LANES * tokens, tokens);
    NativeMatrix slopes =
        scratch.matrix(Role.KERNEL_GRADIENT, NativeThreads.LANES * tokens, tokens);
    eachHead(
        n,
        (lane, sample, head) -> {
          NativeMatrix known = square(squares, lane);
          known.write(shares, start(sample, head));
          NativeMatrix gradient = part(dy, sample, 0, head);
          NativeMatrix.multiply(known.transpose(), gradient, part(dx, sample, VALUE, head));
          NativeMatrix slope = square(slopes, lane);
          NativeMatrix.multiply(gradient, part(x, sample, VALUE, head).transpose(), slope);
          softmaxSlope(slope, start(sample, head));
          NativeMatrix.multiply(slope, part(x, sample, KEY, head), part(dx, sample, QUERY, head));
          NativeMatrix.multiply(
              slope.transpose(), part(x, sample, QUERY, head), part(dx, sample, KEY, head));
        });
    boolean adds = input.hasGradient();
    dx.read(input.anyGradient(n), 0, adds);
  }

  private void softmaxSlope(NativeMatrix byShare, int start) {
    float[] gradient = new float[ROWS * tokens];
    for (int row = 0; row < tokens; row += ROWS) {
      int rows = Math.min(ROWS, tokens - row);
      NativeMatrix block = byShare.part(row, rows, 0, tokens);
      block.read(gradient, 0, false);
      SoftmaxRows.slope(shares, start + row * tokens, scale, gradient, rows, tokens);
      block.write(gradient, 0);
    }
  }

  /** What is done with a head of a sample, in one of so many lanes. */
  private interface Head {
    void accept(int lane, int sample, int head);
  }

  private void eachHead(int n, Head body) {
    NativeThreads.inLanes(
        n * heads, tokens * width, (lane, i) -> body.accept(lane, i / heads, i % heads));
  }

  /** Returns where the shares of a head of a sample start. */
  private int start(int sample, int head) {
    return (sample * heads + head) * tokens * tokens;
  }

  private NativeMatrix square(NativeMatrix ofLanes, int lane) {
    return ofLanes.part(lane * tokens, tokens, 0, tokens);
  }

  private NativeMatrix part(NativeMatrix batch, int sample, int part, int head) {
    int column = part * output.channels() + head * width;
    return batch.part(sample * tokens, tokens, column, width);
  }

  @Override
  public Blob output() {
    return output;
  }
}
