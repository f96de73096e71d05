package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.SoftmaxRows;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;

/**
 * The middle of multi-head attention: it reads queries, keys and values of all heads, side by side
 * in each token, and writes the heads' results side by side. Inside, each head of each sample is a
 * matrix of its own.
 */
public final class AttentionOperation implements Operation {
  private static final int QUERY = 0;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int PARTS = 3;

  private final Blob input;
  private final Blob output;
  private final int heads;
  private final int tokens;
  private final int width;
  private final float scale;
  private final MatrixProduct product;

  /** Queries, keys and values, sample by sample, head by head. */
  private final float[][] parts = new float[PARTS][0];

  /** What every token takes of every token, likewise. */
  private float[] shares = {};

  public AttentionOperation(Blob input, Blob output, int heads, MatrixProduct product) {
    this.input = input;
    this.output = output;
    this.heads = heads;
    this.tokens = output.shape().tokens();
    this.width = output.channels() / heads;
    this.scale = (float) (1 / Math.sqrt(width));
    this.product = product;
  }

  @Override
  public void forward(Pass pass) {
    int rounds = pass.n() * heads;
    for (int part = 0; part < PARTS; part++) {
      if (parts[part].length < Math.multiplyExact(rounds, tokens * width)) {
        parts[part] = new float[rounds * tokens * width];
      }
      cut(input, part * output.channels(), parts[part], rounds);
    }
    if (shares.length < Math.multiplyExact(rounds, tokens * tokens)) {
      shares = new float[rounds * tokens * tokens];
    }
    for (int round = 0; round < rounds; round++) {
      product.multiply(
          rows(parts[QUERY], round), rows(parts[KEY], round).transpose(), share(round), false);
    }
    SoftmaxRows.apply(shares, scale, rounds * tokens, tokens);
    float[] result = new float[rounds * tokens * width];
    for (int round = 0; round < rounds; round++) {
      product.multiply(share(round), rows(parts[VALUE], round), rows(result, round), false);
    }
    float[] y = output.output(pass.n());
    eachRow(
        rounds,
        (row, start) -> System.arraycopy(result, row * width, y, at(output, start, 0), width));
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    int rounds = pass.n() * heads;
    int length = rounds * tokens * width;
    float[] dy = new float[length];
    eachRow(
        rounds,
        (row, start) ->
            System.arraycopy(output.gradient(), at(output, start, 0), dy, row * width, width));
    float[][] slopes = {new float[length], new float[length], new float[length]};
    float[] byShare = new float[rounds * tokens * tokens];
    for (int round = 0; round < rounds; round++) {
      Matrix gradient = rows(dy, round);
      product.multiply(share(round).transpose(), gradient, rows(slopes[VALUE], round), false);
      product.multiply(
          gradient, rows(parts[VALUE], round).transpose(), square(byShare, round), false);
    }
    SoftmaxRows.slope(shares, scale, byShare, rounds * tokens, tokens);
    for (int round = 0; round < rounds; round++) {
      Matrix byScore = square(byShare, round);
      product.multiply(byScore, rows(parts[KEY], round), rows(slopes[QUERY], round), false);
      product.multiply(
          byScore.transpose(), rows(parts[QUERY], round), rows(slopes[KEY], round), false);
    }
    float[] dx = input.gradientSum(pass.n());
    for (int part = 0; part < PARTS; part++) {
      join(slopes[part], part * output.channels(), dx, rounds);
    }
  }

  private Matrix rows(float[] values, int round) {
    return Matrix.of(values, tokens, width).at(round * tokens * width);
  }

  private Matrix share(int round) {
    return square(shares, round);
  }

  private Matrix square(float[] values, int round) {
    return Matrix.of(values, tokens, tokens).at(round * tokens * tokens);
  }

  /** What is done with a row of a head's matrix. */
  private interface Row {
    void accept(int row, Start start);
  }

  /** Whose row it is. */
  private record Start(int sample, int token, int head) {}

  private void eachRow(int rounds, Row body) {
    Parallel.loop(
        rounds,
        tokens * width,
        round -> {
          for (int token = 0; token < tokens; token++) {
            body.accept(round * tokens + token, new Start(round / heads, token, round % heads));
          }
        });
  }

  /** Returns where a head's channels of a token begin. */
  private int at(Blob blob, Start start, int offset) {
    return start.sample * blob.elements()
        + start.token * blob.channels()
        + offset
        + start.head * width;
  }

  private void cut(Blob from, int offset, float[] to, int rounds) {
    float[] x = from.values();
    eachRow(
        rounds,
        (row, start) -> System.arraycopy(x, at(from, start, offset), to, row * width, width));
  }

  private void join(float[] from, int offset, float[] dx, int rounds) {
    eachRow(
        rounds,
        (row, start) -> {
          int to = at(input, start, offset);
          for (int i = 0; i < width; i++) {
            dx[to + i] += from[row * width + i];
          }
        });
  }

  @Override
  public Blob output() {
    return output;
  }
}
