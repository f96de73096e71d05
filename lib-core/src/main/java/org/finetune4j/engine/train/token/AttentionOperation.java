package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.NativeMatrix;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.kernel.Scratch.Role;
import org.finetune4j.engine.train.kernel.SoftmaxRows;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;

/**
 * The middle of multi-head attention: it reads queries, keys and values of all heads, side by side
 * in each token, and writes the heads' results side by side. Products read and write the columns of
 * a head where they lie; one sample after the other, so that what they write is still in the
 * processor's caches when it is read.
 */
public final class AttentionOperation implements Operation {
  private static final int QUERY = 0;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  /** Rows of shares that a thread takes at a time. */
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
    NativeMatrix scores = scratch.matrix(Role.KERNEL, heads * tokens, tokens);
    for (int sample = 0; sample < n; sample++) {
      for (int head = 0; head < heads; head++) {
        NativeMatrix keys = part(x, sample, KEY, head).transpose();
        NativeMatrix.multiply(part(x, sample, QUERY, head), keys, square(scores, head));
      }
      softmax(scores, sample);
      for (int head = 0; head < heads; head++) {
        NativeMatrix values = part(x, sample, VALUE, head);
        NativeMatrix.multiply(square(scores, head), values, part(y, sample, 0, head));
      }
    }
    y.read(output.output(n), 0, false);
  }

  private void softmax(NativeMatrix scores, int sample) {
    inBlocks(
        scores,
        (block, first, rows) -> {
          int at = start(sample) + first * tokens;
          block.read(shares, at, false);
          SoftmaxRows.apply(shares, at, scale, rows, tokens);
          block.write(shares, at);
        });
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
    NativeMatrix known = scratch.matrix(Role.KERNEL, heads * tokens, tokens);
    NativeMatrix byScore = scratch.matrix(Role.KERNEL_GRADIENT, heads * tokens, tokens);
    for (int sample = 0; sample < n; sample++) {
      known.write(shares, start(sample));
      for (int head = 0; head < heads; head++) {
        NativeMatrix gradient = part(dy, sample, 0, head);
        NativeMatrix taken = square(known, head).transpose();
        NativeMatrix.multiply(taken, gradient, part(dx, sample, VALUE, head));
        NativeMatrix values = part(x, sample, VALUE, head).transpose();
        NativeMatrix.multiply(gradient, values, square(byScore, head));
      }
      softmaxSlope(byScore, sample);
      for (int head = 0; head < heads; head++) {
        NativeMatrix slope = square(byScore, head);
        NativeMatrix.multiply(slope, part(x, sample, KEY, head), part(dx, sample, QUERY, head));
        NativeMatrix.multiply(
            slope.transpose(), part(x, sample, QUERY, head), part(dx, sample, KEY, head));
      }
    }
    boolean adds = input.hasGradient();
    dx.read(input.anyGradient(n), 0, adds);
  }

  private void softmaxSlope(NativeMatrix byShare, int sample) {
    inBlocks(
        byShare,
        (block, first, rows) -> {
          float[] gradient = new float[rows * tokens];
          block.read(gradient, 0, false);
          int at = start(sample) + first * tokens;
          SoftmaxRows.slope(shares, at, scale, gradient, rows, tokens);
          block.write(gradient, 0);
        });
  }

  /** What is done with some rows of a sample's shares. */
  private interface Block {
    void accept(NativeMatrix block, int first, int rows);
  }

  private void inBlocks(NativeMatrix ofSample, Block body) {
    int all = heads * tokens;
    Parallel.loop(
        (all + ROWS - 1) / ROWS,
        ROWS * tokens,
        i -> {
          int rows = Math.min(ROWS, all - i * ROWS);
          body.accept(ofSample.part(i * ROWS, rows, 0, tokens), i * ROWS, rows);
        });
  }

  /** Returns where a sample's shares start. */
  private int start(int sample) {
    return sample * heads * tokens * tokens;
  }

  private NativeMatrix square(NativeMatrix ofSample, int head) {
    return ofSample.part(head * tokens, tokens, 0, tokens);
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
