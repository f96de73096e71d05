package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.GlobalResponseNormalization;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.LayerVisitor;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Resizing;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;

/**
 * Says a network in ONNX operators, layer by layer; the answer is the value's name. The value that
 * a layer makes carries the layer's name, values in between {@code layer/...}; weights carry their
 * own names.
 */
public final class OnnxEmitter implements LayerVisitor<String> {
  /** What is left of protobuf's 2 GiB goes to names and nodes. */
  private static final long LARGEST = 2_000_000_000;

  private final OnnxGraphBuilder graph;
  private final WindowOperators windows;
  private final ChannelOperators channels;
  private final PositionOperators positions;
  private final TokenOperators tokens;
  private final ActivationOperators activations;

  private OnnxEmitter(Network network) {
    graph = new OnnxGraphBuilder(network);
    activations = new ActivationOperators(graph);
    windows = new WindowOperators(graph, activations);
    channels = new ChannelOperators(graph);
    positions = new PositionOperators(graph);
    tokens = new TokenOperators(graph);
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
    network.layers().forEach(layer -> layer.accept(emitter));
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

  @Override
  public String visit(Input layer) {
    return graph.input(layer);
  }

  @Override
  public String visit(Convolution layer) {
    return windows.convolution(layer);
  }

  @Override
  public String visit(DepthwiseConvolution layer) {
    return windows.depthwise(layer);
  }

  @Override
  public String visit(SeparableConvolution layer) {
    return windows.separable(layer);
  }

  @Override
  public String visit(Pooling layer) {
    return windows.pooling(layer);
  }

  @Override
  public String visit(GlobalPooling layer) {
    return windows.globalPooling(layer);
  }

  @Override
  public String visit(PatchEmbedding layer) {
    return tokens.patchEmbedding(layer);
  }

  @Override
  public String visit(LearnedTokens layer) {
    return tokens.learnedTokens(layer);
  }

  @Override
  public String visit(PositionEmbedding layer) {
    return tokens.positionEmbedding(layer);
  }

  @Override
  public String visit(MultiHeadAttention layer) {
    return tokens.attention(layer);
  }

  @Override
  public String visit(TokenPooling layer) {
    return tokens.pooling(layer);
  }

  @Override
  public String visit(ZeroPadding layer) {
    return windows.zeroPadding(layer);
  }

  @Override
  public String visit(Cropping layer) {
    return windows.cropping(layer);
  }

  @Override
  public String visit(Resizing layer) {
    return windows.resizing(layer);
  }

  @Override
  public String visit(BatchNormalization layer) {
    return channels.batchNormalization(layer);
  }

  @Override
  public String visit(LayerNormalization layer) {
    return positions.layerNormalization(layer);
  }

  @Override
  public String visit(LayerScale layer) {
    return positions.layerScale(layer);
  }

  @Override
  public String visit(GlobalResponseNormalization layer) {
    return positions.globalResponse(layer);
  }

  @Override
  public String visit(Normalization layer) {
    return channels.normalization(layer);
  }

  @Override
  public String visit(Rescale layer) {
    return channels.rescale(layer);
  }

  @Override
  public String visit(ReverseChannels layer) {
    return channels.reverse(layer);
  }

  @Override
  public String visit(ActivationLayer layer) {
    return activations.layer(layer);
  }

  @Override
  public String visit(Flatten layer) {
    return graph.node("Flatten", layer.name(), values(layer), OnnxNode.CHANNEL_AXIS);
  }

  @Override
  public String visit(Dropout layer) {
    return graph.skip(layer);
  }

  @Override
  public String visit(FrozenGraph layer) {
    return ForeignOperators.emit(layer, graph);
  }

  @Override
  public String visit(NearestNeighbors layer) {
    return NeighborOperators.emit(layer, graph);
  }

  @Override
  public String visit(Add layer) {
    return graph.node(
        layer.inputs().size() == 2 ? "Add" : "Sum", layer.name(), values(layer), Map.of());
  }

  @Override
  public String visit(Multiply layer) {
    return graph.node("Mul", layer.name(), values(layer), Map.of());
  }

  @Override
  public String visit(Concatenate layer) {
    return graph.node("Concat", layer.name(), values(layer), OnnxNode.CHANNEL_AXIS);
  }

  @Override
  public String visit(Dense layer) {
    if (graph.shape(layer.name()).isTokens()) {
      return activations.after(layer.name(), layer.activation(), it -> tokens.dense(layer, it));
    }
    String kernel = graph.weight(layer, "kernel");
    String input = graph.value(layer.input());
    List<String> reads =
        layer.bias() ? List.of(input, kernel, graph.weight(layer, "bias")) : List.of(input, kernel);
    return activations.after(
        layer.name(),
        layer.activation(),
        output -> graph.node("Gemm", layer.name(), reads, Map.of(), output));
  }

  @Override
  public String visit(Reshape layer) {
    int channels = layer.shape().channels();
    // 0 keeps the batch dimension.
    long[] target =
        layer.shape().isVector() ? new long[] {0, channels} : new long[] {0, channels, 1, 1};
    String shape = graph.constant(OnnxConstant.ofLongs(layer.name() + "/shape", target));
    return graph.node(
        "Reshape", layer.name(), List.of(graph.value(layer.input()), shape), Map.of());
  }

  private List<String> values(Layer layer) {
    return layer.inputs().stream().map(graph::value).toList();
  }
}
