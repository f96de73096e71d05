package org.finetune4j.architecture;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune4j.network.Activation;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * MobileNet (Howard et al. 2017, arXiv:1704.04861): thirteen pairs of a depthwise and a 1x1
 * convolution. Striding layers pad below and to the right only, at every input size, as today's
 * Keras does.
 */
public record MobileNet() implements Blueprint {
  public static final Variant MOBILENET =
      new Variant(new MobileNet(), 224, 32, Preprocessing.TF, 4_253_864, 3_228_864);

  private static final double EPSILON = 1e-3;
  private static final List<Integer> FILTERS =
      List.of(64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024);
  private static final Set<Integer> STRIDING = Set.of(2, 4, 6, 12);

  @Override
  public boolean hasWidths() {
    return true;
  }

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    net.convolution("conv1", (int) (32 * alpha), Window.of(3).stride(2).same(), false);
    normalize(net, "conv1");
    for (int block = 1; block <= FILTERS.size(); block++) {
      Window window = Window.of(3).same();
      if (STRIDING.contains(block)) {
        net.zeroPad("conv_pad_" + block, 0, 1, 0, 1);
        window = Window.of(3).stride(2);
      }
      net.depthwiseConvolution("conv_dw_" + block, window, false);
      normalize(net, "conv_dw_" + block);
      int filters = (int) (FILTERS.get(block - 1) * alpha);
      net.convolution("conv_pw_" + block, filters, Window.of(1), false);
      normalize(net, "conv_pw_" + block);
    }
  }

  private static void normalize(NetworkBuilder net, String name) {
    net.batchNormalization(name + "_bn", EPSILON).activation(name + "_relu", Activation.RELU6);
  }

  @Override
  public void top(NetworkBuilder net) {
    String features = net.last();
    net.layer(new GlobalPooling("global_average_pooling2d", features, PoolingType.AVERAGE, true))
        .dropout("dropout", 1e-3)
        .convolution("conv_preds", 1000, 1)
        .layer(new Reshape("reshape_2", "conv_preds", Shape.vector(1000)))
        .activation("predictions", Activation.SOFTMAX);
  }

  /** TensorFlow.js's own file calls its last layer so. */
  @Override
  public Map<String, String> aliases() {
    return Map.of("act_softmax", "predictions");
  }
}
