package org.finetune4j.backbone;

import java.util.Map;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.RandomWeights;

/** A backbone of three small blocks, one of them with two branches, and random weights. */
public final class TinyBackbone {
  private TinyBackbone() {}

  /** Returns a new backbone; equal seeds give equal weights. */
  public static PretrainedBackbone of(long seed) {
    Network network = network();
    return new PretrainedBackbone(
        "TINY",
        new LayerDirectory("TINY", network, Map.of("old_conv", "block3_conv")),
        network.output(),
        new Fitted(
            network,
            RandomWeights.of(network, seed),
            size -> network.withInput(Shape.map(3, size.height(), size.width())),
            Preprocessing.TF),
        Preprocessing.TF,
        RuntimeOptions.standard());
  }

  private static Network network() {
    NetworkBuilder net = Network.builder("input", Shape.map(3, 16, 16));
    net.convolution("block1_conv", 8, Window.of(3).same(), Activation.RELU).maxPool(2);
    String fork = net.last();
    net.convolution("block2_0_conv", 12, 1).batchNormalization("block2_0_bn", 1e-3);
    net.from(fork).convolution("block2_1_conv", 12, Window.of(3).same());
    net.batchNormalization("block2_1_bn", 1e-3).relu("block2_1_relu");
    net.add("block2_add", "block2_0_bn", "block2_1_relu");
    net.convolution("block3_conv", 16, Window.of(3).stride(2).same());
    return net.batchNormalization("block3_bn", 1e-3).relu("block3_out").build();
  }
}
