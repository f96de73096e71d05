package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.ZeroPadding;

/**
 * Says a network in ONNX operators. The value that a layer makes carries the layer's name, values
 * in between {@code layer/...}; weights carry their own names.
 */
public final class OnnxEmitter {
  /** What is left of protobuf's 2 GiB goes to names and nodes. */
  private static final long LARGEST = 2_000_000_000;

  private final OnnxGraphBuilder graph;
  private final WindowOperators windows;
  private final ChannelOperators channels;
  private final ActivationOperators activations;

  private OnnxEmitter(Network network) {
    graph = new OnnxGraphBuilder(network);
    activations = new ActivationOperators(graph);
    windows = new WindowOperators(graph, activations);
    channels = new ChannelOperators(graph);
  }

  /**
   * Returns the graph of a network; the same for equal networks.
   *
   * @throws IllegalArgumentException if the weights need 2 GB or more, which one ONNX file cannot
   *     hold, or the layers' names do not fit ONNX
   */
  public static OnnxGraph emit(Network network) {
    if (weightBytes(network) > LARGEST) {
      throw new IllegalArgumentException(
          "An ONNX file holds up to 2 GB of weights, but the network of "
              + network.layers().size()
              + " layers needs more.");
    }
    OnnxEmitter emitter = new OnnxEmitter(network);
    network.layers().forEach(emitter::emit);
    return emitter.graph.build();
  }

  /** Returns how many bytes the weights need, at most {@link Long#MAX_VALUE}. */
  static long weightBytes(Network network) {
    try {
      long values = 0;
      for (TensorSpec spec : network.tensors()) {
        values = Math.addExact(values, spec.elements());
      }
      return Math.multiplyExact(values, Float.BYTES);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // more than a long can count
    }
  }

  private void emit(Layer layer) {
    if (layer instanceof Layer.Unary unary) {
      emitUnary(unary);
    } else if (layer instanceof Input it) {
      graph.input(it);
    } else if (layer instanceof Add it) {
      graph.node(it.inputs().size() == 2 ? "Add" : "Sum", it.name(), values(it), Map.of());
    } else if (layer instanceof Multiply it) {
      graph.node("Mul", it.name(), values(it), Map.of());
    } else if (layer instanceof Concatenate it) {
      graph.node("Concat", it.name(), values(it), OnnxNode.CHANNEL_AXIS);
    } else {
      throw new AssertionError("A kind of layer without ONNX operators: " + layer);
    }
  }

  private void emitUnary(Layer.Unary layer) {
    if (layer instanceof Convolution it) {
      windows.convolution(it);
    } else if (layer instanceof DepthwiseConvolution it) {
      windows.depthwise(it);
    } else if (layer instanceof SeparableConvolution it) {
      windows.separable(it);
    } else if (layer instanceof Pooling it) {
      windows.pooling(it);
    } else if (layer instanceof GlobalPooling it) {
      windows.globalPooling(it);
    } else if (layer instanceof ZeroPadding it) {
      windows.zeroPadding(it);
    } else if (layer instanceof BatchNormalization it) {
      channels.batchNormalization(it);
    } else if (layer instanceof Normalization it) {
      channels.normalization(it);
    } else if (layer instanceof Rescale it) {
      channels.rescale(it);
    } else if (layer instanceof ReverseChannels it) {
      channels.reverse(it);
    } else if (layer instanceof Dense it) {
      dense(it);
    } else if (layer instanceof ActivationLayer it) {
      activations.layer(it);
    } else if (layer instanceof Flatten) {
      graph.node("Flatten", layer.name(), values(layer), OnnxNode.CHANNEL_AXIS);
    } else if (layer instanceof Reshape it) {
      reshape(it);
    } else if (layer instanceof Dropout) {
      graph.skip(layer);
    } else {
      throw new AssertionError("A kind of layer without ONNX operators: " + layer);
    }
  }

  private void dense(Dense layer) {
    String kernel = graph.weight(layer, "kernel");
    String input = graph.value(layer.input());
    List<String> reads =
        layer.bias() ? List.of(input, kernel, graph.weight(layer, "bias")) : List.of(input, kernel);
    activations.after(
        layer.name(),
        layer.activation(),
        output -> graph.node("Gemm", layer.name(), reads, Map.of(), output));
  }

  private void reshape(Reshape layer) {
    int channels = layer.shape().channels();
    // 0 keeps the batch dimension.
    long[] target =
        layer.shape().isVector() ? new long[] {0, channels} : new long[] {0, channels, 1, 1};
    String shape = graph.constant(OnnxConstant.ofLongs(layer.name() + "/shape", target));
    graph.node("Reshape", layer.name(), List.of(graph.value(layer.input()), shape), Map.of());
  }

  private List<String> values(Layer layer) {
    return layer.inputs().stream().map(graph::value).toList();
  }
}
