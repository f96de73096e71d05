package org.finetune4j.architecture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * ResNet (He et al. 2015, arXiv:1512.03385), in the two forms that weights exist for: Keras strides
 * on the first 1x1 convolution of a stage and has biases; torchvision strides on the 3x3
 * convolution and has none ("v1.5"). Also with the blocks of torchvision's relatives.
 *
 * @param blocks how many blocks each of the four stages has
 * @param form where the two differ
 * @param unit what a block is
 */
public record ResNet(List<Integer> blocks, Form form, Unit unit) implements Blueprint {
  public static final Variant RESNET50 =
      new Variant(
          new ResNet(List.of(3, 4, 6, 3), Form.KERAS, Unit.BOTTLENECK),
          224,
          32,
          Preprocessing.CAFFE,
          25_636_712,
          23_587_712);

  public static final Variant RESNET101 =
      new Variant(
          new ResNet(List.of(3, 4, 23, 3), Form.KERAS, Unit.BOTTLENECK),
          224,
          32,
          Preprocessing.CAFFE,
          44_707_176,
          42_658_176);

  public static final Variant RESNET152 =
      new Variant(
          new ResNet(List.of(3, 8, 36, 3), Form.KERAS, Unit.BOTTLENECK),
          224,
          32,
          Preprocessing.CAFFE,
          60_419_944,
          58_370_944);

  public static final Variant RESNET18 = torch(Unit.BASIC, 11_699_112, 11_186_112, 2, 2, 2, 2);
  public static final Variant RESNET34 = torch(Unit.BASIC, 21_814_696, 21_301_696, 3, 4, 6, 3);
  public static final Variant WIDE_RESNET50_2 =
      torch(new Unit(4, 2, 1), 68_951_464, 66_902_464, 3, 4, 6, 3);
  public static final Variant WIDE_RESNET101_2 =
      torch(new Unit(4, 2, 1), 127_024_552, 124_975_552, 3, 4, 23, 3);
  public static final Variant RESNEXT50_32X4D =
      torch(new Unit(4, 2, 32), 25_097_128, 23_048_128, 3, 4, 6, 3);
  public static final Variant RESNEXT101_32X8D =
      torch(new Unit(4, 4, 32), 88_994_216, 86_945_216, 3, 4, 23, 3);

  private static Variant torch(Unit unit, long parameters, long withoutTop, Integer... blocks) {
    ResNet blueprint = new ResNet(List.of(blocks), Form.TORCHVISION, unit);
    return new Variant(blueprint, 224, 32, Preprocessing.TORCH, parameters, withoutTop);
  }

  /**
   * What differs between the published forms.
   *
   * @param epsilon of every batch normalisation
   * @param bias whether convolutions have one
   * @param strideOn3x3 whether the 3x3 convolution strides, with a zero on all sides, or the first
   *     1x1 convolution
   */
  public record Form(double epsilon, boolean bias, boolean strideOn3x3) {
    public static final Form KERAS = new Form(1.001e-5, true, false);
    public static final Form TORCHVISION = new Form(1e-5, false, true);
  }

  /**
   * What a block is made of.
   *
   * @param expansion channels behind a block, in multiples of the stage's: 4 for a bottleneck of
   *     three convolutions, 1 for two 3x3 convolutions
   * @param widening channels of the 3x3 convolution, in multiples of the stage's (wide ResNets,
   *     arXiv:1605.07146)
   * @param groups of the 3x3 convolution (ResNeXt, arXiv:1611.05431)
   */
  public record Unit(int expansion, int widening, int groups) {
    public static final Unit BOTTLENECK = new Unit(4, 1, 1);
    public static final Unit BASIC = new Unit(1, 1, 1);

    private boolean isBasic() {
      return expansion == 1;
    }
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.zeroPad("conv1_pad", 3).convolution("conv1_conv", 64, Window.of(7).stride(2), form.bias);
    net.batchNormalization("conv1_bn", form.epsilon).relu("conv1_relu");
    net.zeroPad("pool1_pad", 1).maxPool("pool1_pool", Window.of(3).stride(2));
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 1; block <= blocks.get(stage); block++) {
        int stride = block == 1 && stage > 0 ? 2 : 1;
        block(net, "conv" + (stage + 2) + "_block" + block, 64 << stage, stride);
      }
    }
  }

  private void block(NetworkBuilder net, String name, int filters, int stride) {
    String input = net.last();
    String shortcut = input;
    int channels = unit.expansion * filters;
    if (stride > 1 || net.shape().channels() != channels) {
      convolution(net, name + "_0", channels, Window.of(1).stride(stride), 1);
      shortcut = net.last();
    }
    net.from(input);
    if (unit.isBasic()) {
      threeByThree(net, name + "_1", filters, stride);
      net.relu(name + "_1_relu");
      threeByThree(net, name + "_2", filters, 1);
    } else {
      bottleneck(net, name, filters, stride);
    }
    net.add(name + "_add", shortcut, net.last()).relu(name + "_out");
  }

  private void bottleneck(NetworkBuilder net, String name, int filters, int stride) {
    int inner = unit.widening * filters;
    convolution(net, name + "_1", inner, Window.of(1).stride(form.strideOn3x3 ? 1 : stride), 1);
    net.relu(name + "_1_relu");
    threeByThree(net, name + "_2", inner, form.strideOn3x3 ? stride : 1);
    net.relu(name + "_2_relu");
    convolution(net, name + "_3", unit.expansion * filters, Window.of(1), 1);
  }

  private void threeByThree(NetworkBuilder net, String name, int filters, int stride) {
    if (stride > 1) {
      net.zeroPad(name + "_pad", 1);
      convolution(net, name, filters, Window.of(3).stride(stride), unit.groups);
    } else {
      convolution(net, name, filters, Window.of(3).same(), unit.groups);
    }
  }

  private void convolution(
      NetworkBuilder net, String name, int filters, Window window, int groups) {
    net.layer(
        new Convolution(
            name + "_conv", net.last(), filters, window, form.bias, Activation.LINEAR, groups));
    net.batchNormalization(name + "_bn", form.epsilon);
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("avg_pool").dense("predictions", 1000, Activation.SOFTMAX);
  }

  @Override
  public Optional<TorchForm> torch() {
    Map<String, String> names = new HashMap<>();
    names.putAll(Map.of("conv1", "conv1_conv", "bn1", "conv1_bn", "fc", "predictions"));
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        String here = "conv" + (stage + 2) + "_block" + (block + 1);
        String there = "layer" + (stage + 1) + "." + block + ".";
        for (int i = 1; i <= 3; i++) {
          names.put(there + "conv" + i, here + "_" + i + "_conv");
          names.put(there + "bn" + i, here + "_" + i + "_bn");
        }
        names.put(there + "downsample.0", here + "_0_conv");
        names.put(there + "downsample.1", here + "_0_bn");
      }
    }
    hugging("", names);
    hugging("resnet.", names);
    return Optional.of(new TorchForm(new ResNet(blocks, Form.TORCHVISION, unit), names));
  }

  /** Names of Hugging Face's {@code ResNetModel}, behind the prefix of models that hold one. */
  private void hugging(String prefix, Map<String, String> names) {
    names.put(prefix + "embedder.embedder.convolution", "conv1_conv");
    names.put(prefix + "embedder.embedder.normalization", "conv1_bn");
    names.put("classifier.1", "predictions");
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        String here = "conv" + (stage + 2) + "_block" + (block + 1) + "_";
        String there = prefix + "encoder.stages." + stage + ".layers." + block + ".";
        for (int i = 0; i < 3; i++) {
          names.put(there + "layer." + i + ".convolution", here + (i + 1) + "_conv");
          names.put(there + "layer." + i + ".normalization", here + (i + 1) + "_bn");
        }
        names.put(there + "shortcut.convolution", here + "0_conv");
        names.put(there + "shortcut.normalization", here + "0_bn");
      }
    }
  }

  /** Names of 2015, numbered from {@code activation} and {@code add}; only ResNet50 had them. */
  @Override
  public Map<String, String> aliases() {
    if (!blocks.equals(List.of(3, 4, 6, 3)) || !unit.equals(Unit.BOTTLENECK)) {
      return Map.of();
    }
    Map<String, String> names = new HashMap<>();
    names.put("conv1", "conv1_conv");
    names.put("bn_conv1", "conv1_bn");
    names.put("activation", "conv1_relu");
    names.put("max_pooling2d", "pool1_pool");
    names.put("fc1000", "predictions");
    LayerNames numbers = new LayerNames();
    numbers.next("activation");
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        String now = "conv" + (stage + 2) + "_block" + (block + 1);
        String then = (stage + 2) + "" + (char) ('a' + block) + "_branch";
        Map.of("1", "_0", "2a", "_1", "2b", "_2", "2c", "_3")
            .forEach(
                (branch, part) -> {
                  names.put("res" + then + branch, now + part + "_conv");
                  names.put("bn" + then + branch, now + part + "_bn");
                });
        names.put(numbers.next("activation"), now + "_1_relu");
        names.put(numbers.next("activation"), now + "_2_relu");
        names.put(numbers.next("add"), now + "_add");
        names.put(numbers.next("activation"), now + "_out");
      }
    }
    return names;
  }
}
