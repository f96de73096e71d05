package org.finetune4j.engine.onnx.quantize;

import org.finetune4j.network.Activation;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;

/** A network with everything that rounding treats in its own way. */
public final class EightBitNetwork {
  private EightBitNetwork() {}

  /**
   * Returns zeros on one side before a strided convolution, norms with and without activations, a
   * depthwise and a separable convolution, a sum, squeeze-and-excitation, pooling, joined branches.
   */
  public static Network of() {
    NetworkBuilder net = Network.builder("pixels", Shape.map(3, 24, 20));
    net.zeroPad("pad", 0, 1, 0, 1).convolution("stem", 8, Window.of(3).stride(2), false);
    net.batchNormalization("stem_bn", 1e-3).activation("stem_relu", Activation.RELU6);
    net.depthwiseConvolution("dw", Window.of(3).same(), false);
    net.batchNormalization("dw_bn", 1e-3).activation("dw_swish", Activation.SWISH);
    net.layer(new GlobalPooling("squeeze", "dw_swish", PoolingType.AVERAGE, true));
    net.convolution("reduce", 4, 1).relu("reduce_relu");
    net.convolution("expand", 8, 1).activation("gate", Activation.SIGMOID);
    net.multiply("excite", "dw_swish", "gate").convolution("project", 8, 1);
    net.batchNormalization("project_bn", 1e-3).add("sum", "stem_relu", "project_bn");
    net.relu("sum_relu").maxPool("pool", Window.of(2).stride(2));
    String fork = net.last();
    net.separableConvolution("sep", 8, Window.of(3).same(), true).relu("sep_relu");
    net.from(fork).averagePool("mean", Window.of(3).same());
    net.convolution("branch", 6, Window.of(1), Activation.RELU);
    net.concatenate("joined", "sep_relu", "branch");
    net.globalAveragePool("features").dense("head", 3);
    return net.activation("out", Activation.SOFTMAX).build();
  }
}
