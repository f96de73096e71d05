package org.finetune4j.engine.onnx.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Resizing;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Text;
import org.finetune4j.network.operator.OnnxNode.Whole;

/**
 * Layers that move a window over a map. Padding is written out in rows and columns: ONNX's own
 * {@code SAME_UPPER} is TensorFlow's too, but numbers leave nothing to the reader.
 */
final class WindowOperators {
  private final OnnxGraphBuilder graph;
  private final ActivationOperators activations;

  WindowOperators(OnnxGraphBuilder graph, ActivationOperators activations) {
    this.graph = graph;
    this.activations = activations;
  }

  String convolution(Convolution layer) {
    List<String> reads = reads(layer, graph.value(layer.input()), "kernel", layer.bias());
    Map<String, Attribute> window =
        groups(layer.window(), graph.shape(layer.input()), layer.groups());
    return activations.after(
        layer.name(),
        layer.activation(),
        output -> graph.node("Conv", layer.name(), reads, window, output));
  }

  String depthwise(DepthwiseConvolution layer) {
    Shape input = graph.shape(layer.input());
    List<String> reads = reads(layer, graph.value(layer.input()), "depthwise_kernel", layer.bias());
    return graph.node("Conv", layer.name(), reads, groups(layer.window(), input, input.channels()));
  }

  String separable(SeparableConvolution layer) {
    Shape input = graph.shape(layer.input());
    String between = layer.name() + "/depthwise";
    List<String> first = reads(layer, graph.value(layer.input()), "depthwise_kernel", false);
    graph.node("Conv", between, first, groups(layer.window(), input, input.channels()));
    List<String> second = reads(layer, between, "pointwise_kernel", layer.bias());
    return graph.node("Conv", layer.name(), second, groups(Window.of(1), input, 1));
  }

  private List<String> reads(Layer layer, String input, String kernel, boolean bias) {
    List<String> reads = new ArrayList<>(List.of(input, graph.weight(layer, kernel)));
    if (bias) {
      reads.add(graph.weight(layer, "bias"));
    }
    return reads;
  }

  String pooling(Pooling layer) {
    Map<String, Attribute> window = window(layer.window(), graph.shape(layer.input()));
    List<String> reads = List.of(graph.value(layer.input()));
    if (layer.pooling() == PoolingType.MAX) {
      return graph.node("MaxPool", layer.name(), reads, window);
    }
    window.remove("dilations");
    window.put("count_include_pad", new Whole(0));
    return graph.node("AveragePool", layer.name(), reads, window);
  }

  String globalPooling(GlobalPooling layer) {
    String operator = layer.pooling() == PoolingType.MAX ? "GlobalMaxPool" : "GlobalAveragePool";
    String name = layer.name();
    String pooled = layer.keepDimensions() ? name : name + "/map";
    graph.node(operator, pooled, List.of(graph.value(layer.input())), Map.of());
    return layer.keepDimensions()
        ? name
        : graph.node("Flatten", name, List.of(pooled), OnnxNode.CHANNEL_AXIS);
  }

  String zeroPadding(ZeroPadding layer) {
    String pads =
        graph.constant(
            OnnxConstant.ofLongs(
                layer.name() + "/pads",
                0,
                0,
                layer.top(),
                layer.left(),
                0,
                0,
                layer.bottom(),
                layer.right()));
    List<String> reads = new ArrayList<>(List.of(graph.value(layer.input()), pads));
    if (PadFusion.isWrong(graph.network(), layer)) {
      // Zeros in every respect, but not for ONNX Runtime, which joins exact ones only.
      String name = layer.name() + "/value";
      reads.add(graph.constant(OnnxConstant.ofFloats(name, List.of(), Float.MIN_NORMAL)));
    }
    return graph.node("Pad", layer.name(), reads, Map.of("mode", new Text("constant")));
  }

  String cropping(Cropping layer) {
    Shape shape = graph.shape(layer.name());
    int bottom = layer.top() + shape.height();
    int right = layer.left() + shape.width();
    String name = layer.name();
    return graph.node(
        "Slice",
        name,
        List.of(
            graph.value(layer.input()),
            graph.constant(OnnxConstant.ofLongs(name + "/starts", layer.top(), layer.left())),
            graph.constant(OnnxConstant.ofLongs(name + "/ends", bottom, right)),
            graph.constant(OnnxConstant.ofLongs(name + "/axes", 2, 3))),
        Map.of());
  }

  /** Factors, not sizes: sizes would have to name the batch's. */
  String resizing(Resizing layer) {
    Shape input = graph.shape(layer.input());
    float rows = factor(input.height(), layer.height());
    float columns = factor(input.width(), layer.width());
    String factors =
        graph.constant(
            OnnxConstant.ofFloats(layer.name() + "/factors", List.of(4), 1, 1, rows, columns));
    Map<String, Attribute> how = new HashMap<>();
    how.put("coordinate_transformation_mode", new Text("half_pixel"));
    switch (layer.interpolation()) {
      case NEAREST -> {
        how.put("mode", new Text("nearest"));
        how.put("nearest_mode", new Text("round_prefer_ceil"));
      }
      case BILINEAR -> how.put("mode", new Text("linear"));
      case BICUBIC -> {
        how.put("mode", new Text("cubic"));
        how.put("cubic_coeff_a", new Real(-0.5f));
        how.put("exclude_outside", new Whole(1));
      }
    }
    List<String> reads = List.of(graph.value(layer.input()), "", factors);
    return graph.node("Resize", layer.name(), reads, how);
  }

  /** ONNX rounds the product down, so the factor must not be a hair too small. */
  private static float factor(int input, int output) {
    float factor = (float) output / input;
    return (int) (factor * input) < output ? Math.nextUp(factor) : factor;
  }

  private static Map<String, Attribute> groups(Window window, Shape input, int groups) {
    Map<String, Attribute> attributes = window(window, input);
    attributes.put("group", new Whole(groups));
    return attributes;
  }

  private static Map<String, Attribute> window(Window window, Shape input) {
    Window.Border border = window.border(input);
    Map<String, Attribute> attributes = new HashMap<>();
    attributes.put("kernel_shape", OnnxNode.ints(window.height(), window.width()));
    attributes.put("strides", OnnxNode.ints(window.stride(), window.stride()));
    attributes.put("dilations", OnnxNode.ints(window.dilation(), window.dilation()));
    attributes.put(
        "pads", OnnxNode.ints(border.top(), border.left(), border.bottom(), border.right()));
    return attributes;
  }
}
