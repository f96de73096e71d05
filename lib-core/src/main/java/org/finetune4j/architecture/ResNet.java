package org.finetune4j.architecture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * ResNet with bottleneck blocks (He et al. 2015, arXiv:1512.03385), in the two forms that weights
 * exist for: Keras strides on the first 1x1 convolution of a stage and has biases; torchvision
 * strides on the 3x3 convolution and has none ("v1.5").
 *
 * @param blocks how many blocks each of the four stages has
 * @param form where the two differ
 */
public record ResNet(List<Integer> blocks, Form form) implements Blueprint {
  public static final Variant RESNET50 =
      new Variant(
          new ResNet(List.of(3, 4, 6, 3), Form.KERAS),
          224,
          32,
          Preprocessing.CAFFE,
          25_636_712,
          23_587_712);

  public static final Variant RESNET101 =
      new Variant(
          new ResNet(List.of(3, 4, 23, 3), Form.KERAS),
          224,
          32,
          Preprocessing.CAFFE,
          44_707_176,
          42_658_176);

  public static final Variant RESNET152 =
      new Variant(
          new ResNet(List.of(3, 8, 36, 3), Form.KERAS),
          224,
          32,
          Preprocessing.CAFFE,
          60_419_944,
          58_370_944);

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

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.zeroPad("conv1_pad", 3).convolution("conv1_conv", 64, Window.of(7).stride(2), form.bias);
    net.batchNormalization("conv1_bn", form.epsilon).relu("conv1_relu");
    net.zeroPad("pool1_pad", 1).maxPool("pool1_pool", Window.of(3).stride(2));
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 1; block <= blocks.get(stage); block++) {
        int stride = block == 1 && stage > 0 ? 2 : 1;
        block(net, "conv" + (stage + 2) + "_block" + block, 64 << stage, stride, block == 1);
      }
    }
  }

  private void block(NetworkBuilder net, String name, int filters, int stride, boolean projection) {
    String input = net.last();
    String shortcut = input;
    if (projection) {
      convolution(net, name + "_0", 4 * filters, Window.of(1).stride(stride));
      shortcut = net.last();
    }
    net.from(input);
    convolution(net, name + "_1", filters, Window.of(1).stride(form.strideOn3x3 ? 1 : stride));
    net.relu(name + "_1_relu");
    if (form.strideOn3x3 && stride > 1) {
      net.zeroPad(name + "_2_pad", 1);
      convolution(net, name + "_2", filters, Window.of(3).stride(stride));
    } else {
      convolution(net, name + "_2", filters, Window.of(3).same());
    }
    net.relu(name + "_2_relu");
    convolution(net, name + "_3", 4 * filters, Window.of(1));
    net.add(name + "_add", shortcut, net.last()).relu(name + "_out");
  }

  private void convolution(NetworkBuilder net, String name, int filters, Window window) {
    net.convolution(name + "_conv", filters, window, form.bias);
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
    return Optional.of(new TorchForm(new ResNet(blocks, Form.TORCHVISION), names));
  }

  /** Names of 2015, numbered from {@code activation} and {@code add}; only ResNet50 had them. */
  @Override
  public Map<String, String> aliases() {
    if (!blocks.equals(List.of(3, 4, 6, 3))) {
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
