package org.finetune4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.model.ImageModel;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.ChannelOrder;

/**
 * The probability of a class when the picture is seen only where a channel is active, and is what
 * preprocessing turns into zeros elsewhere.
 */
final class ScoreWeights implements ChannelWeights {
  private static final int BATCH_SIZE = 16;

  private final Shape features;
  private final Shape input;
  private final float[] nothing;
  private final int most;
  private final OnnxSession session;
  private final int outputs;
  private final boolean oneUnit;

  ScoreWeights(ImageModel<?, ?> model, Shape features, int most, boolean oneUnit) {
    this.features = features;
    this.input = model.network().inputs().get(0).shape();
    this.nothing = mean(model);
    this.oneUnit = oneUnit;
    this.most = most;
    this.outputs = model.network().outputShape().elements();
    this.session = OnnxSession.open(model.network(), model.weights(), RuntimeOptions.standard());
  }

  private static float[] mean(ImageModel<?, ?> model) {
    List<Float> mean = model.preprocessing().mean();
    return model.preprocessing().channelOrder() == ChannelOrder.RGB
        ? new float[] {mean.get(0), mean.get(1), mean.get(2)}
        : new float[] {mean.get(2), mean.get(1), mean.get(0)};
  }

  @Override
  public double[] of(float[] map, FloatBuffer pixels, int label) {
    float[] picture = new float[input.elements()];
    pixels.duplicate().get(picture);
    int[] chosen = chosen(map);
    double[] weights = new double[features.channels()];
    for (int first = 0; first < chosen.length; first += BATCH_SIZE) {
      int samples = Math.min(BATCH_SIZE, chosen.length - first);
      float[] batch = new float[samples * picture.length];
      for (int i = 0; i < samples; i++) {
        mask(picture, channel(map, chosen[first + i]), batch, i * picture.length);
      }
      float[] answers = session.run(samples, FloatBuffer.wrap(batch))[0];
      for (int i = 0; i < samples; i++) {
        weights[chosen[first + i]] = probability(answers, i, label);
      }
    }
    return weights;
  }

  /** Returns the channels that vary most over the picture; a flat one hides nothing. */
  private int[] chosen(float[] map) {
    double[] spread = new double[features.channels()];
    for (int k = 0; k < spread.length; k++) {
      spread[k] = deviation(channel(map, k));
    }
    return IntStream.range(0, spread.length)
        .boxed()
        .filter(k -> spread[k] > 0)
        .sorted(Comparator.comparingDouble((Integer k) -> -spread[k]))
        .limit(most)
        .mapToInt(k -> k)
        .sorted()
        .toArray();
  }

  private static double deviation(float[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    return IntStream.range(0, values.length)
        .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
        .sum();
  }

  private float[] channel(float[] map, int channel) {
    int area = features.height() * features.width();
    return Arrays.copyOfRange(map, channel * area, (channel + 1) * area);
  }

  /** Writes the picture where the channel is active: enlarged, then from 0 to 1. */
  private void mask(float[] picture, float[] channel, float[] target, int offset) {
    Enlarged mask = Enlarged.of(features, channel, input);
    int area = input.height() * input.width();
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < area; i++) {
        float pixel = picture[c * area + i];
        target[offset + c * area + i] = nothing[c] + mask.share(i) * (pixel - nothing[c]);
      }
    }
  }

  private double probability(float[] answers, int sample, int label) {
    if (oneUnit) {
      return label == 1 ? answers[sample] : 1 - answers[sample];
    }
    return answers[sample * outputs + label];
  }

  @Override
  public void close() {
    session.close();
  }
}
