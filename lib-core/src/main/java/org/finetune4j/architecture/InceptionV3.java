package org.finetune4j.architecture;

import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.preprocess.Preprocessing;

/** Inception-v3 (Szegedy et al. 2015, arXiv:1512.00567). */
public record InceptionV3() implements Blueprint {
  public static final Variant INCEPTION_V3 =
      new Variant(new InceptionV3(), 299, 75, Preprocessing.TF, 23_851_784, 21_802_784);

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    InceptionWriter writer = new InceptionWriter(net);
    String x = writer.stem();
    x = fiveByFive(writer, "mixed0", x, 32);
    x = fiveByFive(writer, "mixed1", x, 64);
    x = fiveByFive(writer, "mixed2", x, 64);
    x = firstReduction(writer, "mixed3", x);
    x = sevenBySeven(writer, "mixed4", x, 128);
    x = sevenBySeven(writer, "mixed5", x, 160);
    x = sevenBySeven(writer, "mixed6", x, 160);
    x = sevenBySeven(writer, "mixed7", x, 192);
    x = secondReduction(writer, "mixed8", x);
    x = expanded(writer, "mixed9", "mixed9_0", x);
    expanded(writer, "mixed10", "mixed9_1", x);
  }

  private static String fiveByFive(InceptionWriter writer, String name, String x, int pooled) {
    String one = writer.unit(x, 64, 1, 1);
    String five = writer.unit(x, 48, 1, 1);
    five = writer.unit(five, 64, 5, 5);
    String three = writer.unit(x, 64, 1, 1);
    three = writer.unit(three, 96, 3, 3);
    three = writer.unit(three, 96, 3, 3);
    String pool = writer.averagePoolUnit(x, pooled);
    return writer.concatenate(name, one, five, three, pool);
  }

  private static String firstReduction(InceptionWriter writer, String name, String x) {
    String single = writer.striding(x, 384);
    String twice = writer.unit(x, 64, 1, 1);
    twice = writer.unit(twice, 96, 3, 3);
    twice = writer.striding(twice, 96);
    return writer.concatenate(name, single, twice, writer.maxPool(x));
  }

  /** 7x7 convolutions, taken apart into rows and columns. */
  private static String sevenBySeven(InceptionWriter writer, String name, String x, int inner) {
    String one = writer.unit(x, 192, 1, 1);
    String seven = writer.unit(x, inner, 1, 1);
    seven = writer.unit(seven, inner, 1, 7);
    seven = writer.unit(seven, 192, 7, 1);
    String twice = writer.unit(x, inner, 1, 1);
    twice = writer.unit(twice, inner, 7, 1);
    twice = writer.unit(twice, inner, 1, 7);
    twice = writer.unit(twice, inner, 7, 1);
    twice = writer.unit(twice, 192, 1, 7);
    String pool = writer.averagePoolUnit(x, 192);
    return writer.concatenate(name, one, seven, twice, pool);
  }

  private static String secondReduction(InceptionWriter writer, String name, String x) {
    String three = writer.unit(x, 192, 1, 1);
    three = writer.striding(three, 320);
    String seven = writer.unit(x, 192, 1, 1);
    seven = writer.unit(seven, 192, 1, 7);
    seven = writer.unit(seven, 192, 7, 1);
    seven = writer.striding(seven, 192);
    return writer.concatenate(name, three, seven, writer.maxPool(x));
  }

  private static String expanded(InceptionWriter writer, String name, String inner, String x) {
    String one = writer.unit(x, 320, 1, 1);
    String three = writer.unit(x, 384, 1, 1);
    String row = writer.unit(three, 384, 1, 3);
    String column = writer.unit(three, 384, 3, 1);
    three = writer.concatenate(inner, row, column);
    String twice = writer.unit(x, 448, 1, 1);
    twice = writer.unit(twice, 384, 3, 3);
    row = writer.unit(twice, 384, 1, 3);
    column = writer.unit(twice, 384, 3, 1);
    twice = writer.concatenate(writer.names().next("concatenate"), row, column);
    String pool = writer.averagePoolUnit(x, 192);
    return writer.concatenate(name, one, three, twice, pool);
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }
}
