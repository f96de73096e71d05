package org.finetune4j.architecture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * ConvNeXt (Liu et al. 2022, arXiv:2201.03545): blocks of a 7x7 convolution of each channel, a
 * normalisation of each position and two 1x1 convolutions, which Keras writes as dense layers. It
 * reads raw pixels, 0 to 255.
 *
 * @param name begins the names of all layers
 * @param blocks how many blocks each of the four stages has
 * @param channels of the stages
 */
public record ConvNeXt(String name, List<Integer> blocks, List<Integer> channels)
    implements Blueprint {
  private static final double EPSILON = 1e-6;
  private static final List<Integer> SHALLOW = List.of(3, 3, 9, 3);
  private static final List<Integer> DEEP = List.of(3, 3, 27, 3);

  public static final Variant CONVNEXT_TINY =
      variant("convnext_tiny", SHALLOW, 96, 28_589_128, 27_820_128);
  public static final Variant CONVNEXT_SMALL =
      variant("convnext_small", DEEP, 96, 50_223_688, 49_454_688);
  public static final Variant CONVNEXT_BASE =
      variant("convnext_base", DEEP, 128, 88_591_464, 87_566_464);
  public static final Variant CONVNEXT_LARGE =
      variant("convnext_large", DEEP, 192, 197_767_336, 196_230_336);
  public static final Variant CONVNEXT_XLARGE =
      variant("convnext_xlarge", DEEP, 256, 350_196_968, 348_147_968);

  private static Variant variant(
      String name, List<Integer> blocks, int first, long parameters, long withoutTop) {
    List<Integer> channels = List.of(first, 2 * first, 4 * first, 8 * first);
    return new Variant(
        new ConvNeXt(name, blocks, channels), 224, 32, Preprocessing.NONE, parameters, withoutTop);
  }

  /** Copies the lists. */
  public ConvNeXt {
    blocks = List.copyOf(blocks);
    channels = List.copyOf(channels);
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    standardize(net);
    net.convolution(name + "_stem_conv", channels.get(0), Window.of(4).stride(4));
    normalize(net, name + "_stem_layernorm");
    LayerNames names = new LayerNames();
    for (int stage = 0; stage < blocks.size(); stage++) {
      if (stage > 0) {
        normalize(net, name + "_downsampling_layernorm_" + (stage - 1));
        Window window = Window.of(2).stride(2);
        net.convolution(name + "_downsampling_conv_" + (stage - 1), channels.get(stage), window);
      }
      for (int block = 0; block < blocks.get(stage); block++) {
        block(net, blockName(stage, block), names.next("add"));
      }
    }
  }

  private void standardize(NetworkBuilder net) {
    List<Double> mean = List.of(0.485, 0.456, 0.406);
    List<Double> deviation = EfficientNet.DEVIATIONS;
    net.layer(
        new Rescale(
            name + "_prestem_normalization",
            net.last(),
            deviation.stream().map(it -> 1 / (255 * it)).toList(),
            IntStream.range(0, 3).mapToObj(i -> -mean.get(i) / deviation.get(i)).toList()));
  }

  private String blockName(int stage, int block) {
    return name + "_stage_" + stage + "_block_" + block;
  }

  private static void block(NetworkBuilder net, String name, String sum) {
    String input = net.last();
    int width = net.shape().channels();
    net.layer(
        new Convolution(
            name + "_depthwise_conv",
            input,
            width,
            Window.of(7).same(),
            true,
            Activation.LINEAR,
            width));
    normalize(net, name + "_layernorm");
    net.convolution(name + "_pointwise_conv_1", 4 * width, 1);
    net.activation(name + "_gelu", Activation.GELU);
    net.convolution(name + "_pointwise_conv_2", width, 1);
    net.layer(new LayerScale(name + "_layer_scale", net.last()));
    // Keras drops no blocks, but leaves a layer in the place.
    net.layer(new ActivationLayer(name + "_identity", net.last(), Activation.LINEAR));
    net.add(sum, input, net.last());
  }

  private static void normalize(NetworkBuilder net, String name) {
    net.layer(new LayerNormalization(name, net.last(), EPSILON));
  }

  @Override
  public void withoutTop(NetworkBuilder net) {
    normalize(net, "layer_normalization");
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool(name + "_head_gap");
    normalize(net, name + "_head_layernorm");
    net.dense(name + "_head_dense", 1000, Activation.SOFTMAX);
  }

  /** Files with the top normalise behind the pooling; the numbers serve before it too. */
  @Override
  public Map<String, String> substitutes() {
    return Map.of("layer_normalization", name + "_head_layernorm");
  }

  /** The network itself standardises pixels. */
  @Override
  public Preprocessing torchPreprocessing() {
    return Preprocessing.NONE;
  }

  /** Names of timm, of torchvision, and of the authors' own files. */
  @Override
  public Optional<TorchForm> torch() {
    Map<String, String> names = new HashMap<>();
    for (String stem : List.of("stem.", "features.0.", "downsample_layers.0.")) {
      names.put(stem + 0, name + "_stem_conv");
      names.put(stem + 1, name + "_stem_layernorm");
    }
    for (int stage = 0; stage < blocks.size(); stage++) {
      if (stage > 0) {
        for (String start :
            List.of(
                "stages." + stage + ".downsample.",
                "features." + 2 * stage + ".",
                "downsample_layers." + stage + ".")) {
          names.put(start + 0, name + "_downsampling_layernorm_" + (stage - 1));
          names.put(start + 1, name + "_downsampling_conv_" + (stage - 1));
        }
      }
      for (int block = 0; block < blocks.get(stage); block++) {
        String here = blockName(stage, block);
        putBlock(
            names, "stages." + stage + ".blocks." + block, here, "conv_dw norm mlp.fc1 mlp.fc2");
        putBlock(
            names,
            "features." + (2 * stage + 1) + "." + block,
            here,
            "block.0 block.2 block.3 block.5");
        putBlock(names, "stages." + stage + "." + block, here, "dwconv norm pwconv1 pwconv2");
      }
    }
    for (String norm : List.of("head.norm", "classifier.0", "norm")) {
      names.put(norm, name + "_head_layernorm");
    }
    for (String dense : List.of("head.fc", "classifier.2", "head")) {
      names.put(dense, name + "_head_dense");
    }
    return Optional.of(new TorchForm(this, names));
  }

  private static void putBlock(
      Map<String, String> names, String there, String here, String modules) {
    List<String> parts =
        List.of("_depthwise_conv", "_layernorm", "_pointwise_conv_1", "_pointwise_conv_2");
    String[] module = modules.split(" ", -1);
    for (int i = 0; i < parts.size(); i++) {
      names.put(there + "." + module[i], here + parts.get(i));
    }
    names.put(there, here + "_layer_scale");
  }
}
