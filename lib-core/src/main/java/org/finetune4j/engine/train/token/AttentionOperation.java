package org.finetune4j.engine.train.token;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.MatrixProduct;
import org.finetune4j.engine.train.kernel.SoftmaxRows;
import org.finetune4j.engine.train.operation.Operation;
import org.finetune4j.engine.train.operation.Pass;

/**
 * The middle of multi-head attention: it reads queries, keys and values of all heads, side by side
 * in each token, and writes the heads' results side by side.
 */
public final class AttentionOperation implements Operation {
  private static final int PARTS = 3;

  private final Blob input;
  private final Blob output;
  private final int heads;
  private final int tokens;
  private final int width;
  private final float scale;
  private final MatrixProduct product;

  /** The weights of every token for every token: sample by sample, head by head. */
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
    int square = tokens * tokens;
    if (shares.length < Math.multiplyExact(rounds, square)) {
      shares = new float[rounds * square];
    }
    float[] y = output.output(pass.n());
    float[] query = new float[tokens * width];
    float[] key = new float[tokens * width];
    float[] value = new float[tokens * width];
    float[] result = new float[tokens * width];
    for (int round = 0; round < rounds; round++) {
      take(input.values(), round, 0, query, scale);
      take(input.values(), round, 1, key, 1);
      Matrix scores = scores(round);
      product.multiply(rows(query), rows(key).transpose(), scores, false);
      SoftmaxRows.apply(shares, round * square, tokens, tokens);
      take(input.values(), round, 2, value, 1);
      product.multiply(scores, rows(value), rows(result), false);
      put(result, round, y);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!input.wantsGradient()) {
      return;
    }
    float[] x = input.values();
    float[] dx = input.gradientSum(pass.n());
    float[] dy = new float[tokens * width];
    float[] part = new float[tokens * width];
    float[] slope = new float[tokens * width];
    float[] byShare = new float[tokens * tokens];
    Matrix byScore = Matrix.of(byShare, tokens, tokens);
    for (int round = 0; round < pass.n() * heads; round++) {
      takeResult(output.gradient(), round, dy);
      Matrix share = scores(round);
      product.multiply(share.transpose(), rows(dy), rows(slope), false);
      add(slope, round, 2, 1, dx);
      take(x, round, 2, part, 1);
      product.multiply(rows(dy), rows(part).transpose(), byScore, false);
      SoftmaxRows.slope(shares, round * tokens * tokens, byShare, tokens, tokens);
      take(x, round, 1, part, 1);
      product.multiply(byScore, rows(part), rows(slope), false);
      add(slope, round, 0, scale, dx);
      take(x, round, 0, part, scale);
      product.multiply(byScore.transpose(), rows(part), rows(slope), false);
      add(slope, round, 1, 1, dx);
    }
  }

  private Matrix rows(float[] values) {
    return Matrix.of(values, tokens, width);
  }

  private Matrix scores(int round) {
    return Matrix.of(shares, tokens, tokens).at(round * tokens * tokens);
  }

  /** Returns where a part (0 query, 1 key, 2 value) of a head's first token begins. */
  private int start(int round, int part) {
    int sample = round / heads;
    int head = round % heads;
    return sample * input.elements() + part * output.channels() + head * width;
  }

  private void take(float[] x, int round, int part, float[] to, float factor) {
    int from = start(round, part);
    for (int token = 0; token < tokens; token++) {
      int at = from + token * PARTS * output.channels();
      for (int i = 0; i < width; i++) {
        to[token * width + i] = x[at + i] * factor;
      }
    }
  }

  private void add(float[] from, int round, int part, float factor, float[] dx) {
    int to = start(round, part);
    for (int token = 0; token < tokens; token++) {
      int at = to + token * PARTS * output.channels();
      for (int i = 0; i < width; i++) {
        dx[at + i] += from[token * width + i] * factor;
      }
    }
  }

  private int resultStart(int round) {
    return round / heads * output.elements() + round % heads * width;
  }

  private void put(float[] result, int round, float[] y) {
    for (int token = 0; token < tokens; token++) {
      int at = resultStart(round) + token * output.channels();
      System.arraycopy(result, token * width, y, at, width);
    }
  }

  private void takeResult(float[] dy, int round, float[] to) {
    for (int token = 0; token < tokens; token++) {
      int at = resultStart(round) + token * output.channels();
      System.arraycopy(dy, at, to, token * width, width);
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
