package org.finetune4j.engine.onnx.read;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.file.OtherReals;
import org.finetune4j.engine.onnx.file.RawNode;
import org.finetune4j.engine.onnx.file.RawTensor;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Text;
import org.finetune4j.network.operator.OnnxNode.Whole;
import org.finetune4j.network.operator.OnnxNode.Wholes;
import org.finetune4j.network.operator.OnnxValue;

/**
 * Says operators of opsets 9 to 21 in those of opset 17, each with a single output: what was an
 * attribute and became an input, and the other way round; what came later, by what it consists of.
 * The changes are those that ONNX's "Operators" document lists per operator.
 */
final class Opset17 {
  private final int opset;
  private final GraphNodes graph;

  Opset17(int opset, GraphNodes graph) {
    this.opset = opset;
    this.graph = graph;
  }

  /**
   * Adds a node of the file.
   *
   * @throws IllegalArgumentException if it cannot be said in opset 17
   */
  void add(RawNode node) {
    switch (node.operator()) {
      case "Constant" -> constant(node);
      case "Identity", "Dropout" -> graph.same(output(node), input(node, 0));
      case "Split" -> split(node);
      case "Slice" -> slice(node);
      case "Clip" -> clip(node);
      case "Pad" -> pad(node);
      case "Squeeze", "Unsqueeze", "ReduceSum" -> axesAsInput(node);
      case "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceL1",
          "ReduceL2",
          "ReduceSumSquare",
          "ReduceLogSumExp",
          "ReduceProd" ->
          axesAsAttribute(node);
      case "Softmax", "LogSoftmax" -> softmax(node);
      case "Upsample", "Resize" -> resize(node);
      case "ConstantOfShape" -> constantOfShape(node);
      case "CastLike" -> castLike(node);
      case "Cast" -> cast(node);
      case "BatchNormalization" -> copy(node, "training_mode", "spatial", "momentum");
      case "Gelu" -> gelu(node);
      case "Mish" -> mish(node);
      case "GroupNormalization" -> groupNormalization(node);
      case "Mean" -> mean(node);
      default -> copy(node);
    }
  }

  private void copy(RawNode node, String... without) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    List.of(without).forEach(attributes::remove);
    graph.node(node.operator(), node.inputs(), attributes, output(node));
  }

  private static String output(RawNode node) {
    if (node.outputs().isEmpty() || node.outputs().get(0).isEmpty()) {
      throw refused(node, "makes no value");
    }
    return node.outputs().get(0);
  }

  private static String input(RawNode node, int index) {
    if (index >= node.inputs().size()) {
      throw refused(node, "reads too few values");
    }
    return node.inputs().get(index);
  }

  private static IllegalArgumentException refused(RawNode node, String why) {
    return new IllegalArgumentException(node.described() + " " + why + ".");
  }

  private static boolean reads(RawNode node, int index) {
    return index < node.inputs().size() && !node.inputs().get(index).isEmpty();
  }

  private static long whole(RawNode node, String name, long fallback) {
    return node.attributes().get(name) instanceof Whole whole ? whole.value() : fallback;
  }

  private static String text(RawNode node, String name, String fallback) {
    return node.attributes().get(name) instanceof Text text ? text.value() : fallback;
  }

  /** Returns whole numbers from an input, if it is read, or from an attribute. */
  private List<Long> numbers(RawNode node, int index, String attribute, List<Long> fallback) {
    if (reads(node, index)) {
      return graph
          .known(input(node, index))
          .content()
          .orElseThrow(() -> refused(node, "has " + attribute + " that depend on the pictures"))
          .stream()
          .map(Double::longValue)
          .toList();
    }
    return node.attributes().get(attribute) instanceof Wholes wholes ? wholes.values() : fallback;
  }

  private void constant(RawNode node) {
    String name = output(node);
    RawTensor tensor =
        node.tensors().get(node.tensors().containsKey("value") ? "value" : "value_floats");
    if (tensor != null) {
      graph.tensor(name, tensor);
    } else if (node.attributes().get("value_float") instanceof Real real) {
      graph.real(name, real.value());
    } else if (node.attributes().get("value_int") instanceof Whole whole) {
      graph.constant(
          OnnxConstant.ofNumbers(
              name, OnnxConstant.Type.INT64, List.of(), List.of((double) whole.value())));
    } else if (node.attributes().get("value_ints") instanceof Wholes wholes) {
      graph.longs(name, wholes.values());
    } else {
      throw refused(node, "holds something else than numbers");
    }
  }

  /** One slice for each output. */
  private void split(RawNode node) {
    String input = input(node, 0);
    List<Integer> dimensions = graph.known(input).dimensions();
    long given = whole(node, "axis", 0);
    int axis = Math.toIntExact(given < 0 ? given + dimensions.size() : given);
    if (axis < 0 || axis >= dimensions.size()) {
      throw refused(node, "has no axis " + given);
    }
    int count = node.outputs().size();
    long size = dimensions.get(axis);
    long each = (size + count - 1) / count;
    List<Long> sizes = numbers(node, 1, "split", List.of());
    long start = 0;
    for (int i = 0; i < count; i++) {
      long end = sizes.isEmpty() ? Math.min(size, start + each) : start + sizes.get(i);
      String name = node.outputs().get(i);
      if (!name.isEmpty()) {
        sliced(input, name, axis, start, end);
      }
      start = end;
    }
  }

  private String sliced(String input, String output, long axis, long start, long end) {
    List<String> reads =
        List.of(
            input,
            graph.longs(output + "/starts", List.of(start)),
            graph.longs(output + "/ends", List.of(end)),
            graph.longs(output + "/axes", List.of(axis)));
    return graph.node("Slice", reads, Map.of(), output);
  }

  private void slice(RawNode node) {
    if (opset >= 10) {
      copy(node);
      return;
    }
    String name = output(node);
    List<Long> starts = numbers(node, 1, "starts", List.of());
    List<Long> axes =
        numbers(
            node, 3, "axes", IntStream.range(0, starts.size()).mapToObj(i -> (long) i).toList());
    List<String> reads =
        List.of(
            input(node, 0),
            graph.longs(name + "/starts", starts),
            graph.longs(name + "/ends", numbers(node, 2, "ends", List.of())),
            graph.longs(name + "/axes", axes));
    graph.node("Slice", reads, Map.of(), name);
  }

  private void clip(RawNode node) {
    if (opset >= 11) {
      copy(node);
      return;
    }
    String name = output(node);
    double low =
        node.attributes().get("min") instanceof Real real ? real.value() : -Float.MAX_VALUE;
    double high =
        node.attributes().get("max") instanceof Real real ? real.value() : Float.MAX_VALUE;
    List<String> reads =
        List.of(input(node, 0), graph.real(name + "/min", low), graph.real(name + "/max", high));
    graph.node("Clip", reads, Map.of(), name);
  }

  private void pad(RawNode node) {
    String name = output(node);
    int rank = graph.known(input(node, 0)).rank();
    List<Long> pads = numbers(node, 1, "pads", List.of());
    List<Long> axes = opset >= 18 ? numbers(node, 3, "axes", List.of()) : List.of();
    if (!axes.isEmpty()) {
      Long[] all = new Long[2 * rank];
      java.util.Arrays.fill(all, 0L);
      for (int i = 0; i < axes.size(); i++) {
        int axis = (int) (axes.get(i) < 0 ? axes.get(i) + rank : axes.get(i));
        all[axis] = pads.get(i);
        all[axis + rank] = pads.get(i + axes.size());
      }
      pads = List.of(all);
    }
    List<String> reads =
        new ArrayList<>(List.of(input(node, 0), graph.longs(name + "/pads", pads)));
    if (reads(node, 2)) {
      reads.add(input(node, 2));
    } else if (node.attributes().get("value") instanceof Real real) {
      reads.add(graph.real(name + "/value", real.value()));
    }
    String mode = text(node, "mode", "constant");
    if (mode.equals("wrap")) {
      throw refused(node, "wraps around, which opset 17 cannot say");
    }
    graph.node("Pad", reads, Map.of("mode", new Text(mode)), name);
  }

  private void axesAsInput(RawNode node) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    List<String> reads = new ArrayList<>(node.inputs());
    if (attributes.remove("axes") instanceof Wholes axes) {
      reads.add(graph.longs(output(node) + "/axes", axes.values()));
    }
    graph.node(node.operator(), reads, attributes, output(node));
  }

  private void axesAsAttribute(RawNode node) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    List<Long> axes = numbers(node, 1, "axes", List.of());
    boolean nothing =
        attributes.remove("noop_with_empty_axes") instanceof Whole it && it.value() == 1;
    if (axes.isEmpty() && nothing) {
      graph.same(output(node), input(node, 0));
      return;
    }
    if (!axes.isEmpty()) {
      attributes.put("axes", new Wholes(axes));
    }
    graph.node(node.operator(), List.of(input(node, 0)), attributes, output(node));
  }

  /** Before opset 13 all axes from the named one on were one. */
  private void softmax(RawNode node) {
    List<Integer> dimensions = graph.known(input(node, 0)).dimensions();
    int rank = dimensions.size();
    long axis = whole(node, "axis", opset < 13 ? 1 : -1);
    int positive = Math.toIntExact(axis < 0 ? axis + rank : axis);
    if (opset >= 13 || positive == rank - 1) {
      softmax(node, input(node, 0), positive, output(node));
      return;
    }
    if (positive < 1 || positive >= rank) {
      throw refused(node, "takes the pictures of a batch as one");
    }
    String name = output(node);
    Map<String, Attribute> from = Map.of("axis", new Whole(positive));
    String rows = graph.node("Flatten", List.of(input(node, 0)), from, name + "/rows");
    softmax(node, rows, 1, name + "/softmax");
    List<Long> shape = new ArrayList<>(dimensions.stream().map(Integer::longValue).toList());
    shape.set(0, -1L);
    List<String> reads = List.of(name + "/softmax", graph.longs(name + "/shape", shape));
    graph.node("Reshape", reads, Map.of(), name);
  }

  private void softmax(RawNode node, String input, long axis, String output) {
    graph.node(node.operator(), List.of(input), Map.of("axis", new Whole(axis)), output);
  }

  private void resize(RawNode node) {
    String name = output(node);
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    List<String> reads = new ArrayList<>(node.inputs());
    if (opset < 11) {
      if (node.tensors().containsKey("scales")) {
        reads.add(
            graph.constant(
                Objects.requireNonNull(node.tensors().get("scales")).constant(name + "/scales")));
      }
      reads.add(1, "");
      // How they were: Resize of opset 10 and Upsample begin at the corner.
      attributes.put("coordinate_transformation_mode", new Text("asymmetric"));
      attributes.put("nearest_mode", new Text("floor"));
    }
    boolean later =
        !numbers(node, 9, "axes", List.of()).isEmpty()
            || whole(node, "antialias", 0) != 0
            || !text(node, "keep_aspect_ratio_policy", "stretch").equals("stretch")
            || text(node, "coordinate_transformation_mode", "").equals("half_pixel_symmetric");
    if (later) {
      throw refused(
          node,
          "resizes in a way that opset 17 cannot say (antialiased, by axes, keeping the aspect ratio"
              + " or symmetric)");
    }
    attributes.remove("antialias");
    attributes.remove("keep_aspect_ratio_policy");
    graph.node("Resize", reads, attributes, name);
  }

  private void constantOfShape(RawNode node) {
    String name = output(node);
    RawTensor value = node.tensors().get("value");
    OnnxConstant filler =
        value == null
            ? OnnxConstant.ofFloats(name + "/value", List.of(1), 0)
            : value.constant(name + "/value");
    graph.node("Expand", List.of(graph.constant(filler), input(node, 0)), Map.of(), name);
  }

  /** Reals of other widths are float32 here, so what makes them of each other does nothing. */
  private void cast(RawNode node) {
    long to = whole(node, "to", 0);
    cast(node, OtherReals.of(to).isPresent() ? OnnxConstant.Type.FLOAT.number() : to);
  }

  private void castLike(RawNode node) {
    cast(node, graph.known(input(node, 1)).type().number());
  }

  private void cast(RawNode node, long to) {
    if (graph.known(input(node, 0)).type().number() == to) {
      graph.same(output(node), input(node, 0));
    } else {
      graph.node("Cast", List.of(input(node, 0)), Map.of("to", new Whole(to)), output(node));
    }
  }

  /** The operators that ONNX Runtime joins to one. */
  private void gelu(RawNode node) {
    String x = input(node, 0);
    String name = output(node);
    if (text(node, "approximate", "none").equals("tanh")) {
      String cube = binary("Pow", name + "/cube", x, 3);
      String small = binary("Mul", name + "/small", cube, 0.044715);
      String sum = graph.node("Add", List.of(x, small), Map.of(), name + "/inner");
      String scaled = binary("Mul", name + "/scaled", sum, Math.sqrt(2 / Math.PI));
      String tanh = graph.node("Tanh", List.of(scaled), Map.of(), name + "/tanh");
      String gate = binary("Add", name + "/gate", tanh, 1);
      String half = binary("Mul", name + "/half", x, 0.5);
      graph.node("Mul", List.of(half, gate), Map.of(), name);
      return;
    }
    String scaled = binary("Div", name + "/scaled", x, Math.sqrt(2));
    String erf = graph.node("Erf", List.of(scaled), Map.of(), name + "/erf");
    String sum = binary("Add", name + "/sum", erf, 1);
    String product = graph.node("Mul", List.of(x, sum), Map.of(), name + "/product");
    graph.node("Mul", List.of(product, graph.real(name + "/number", 0.5)), Map.of(), name);
  }

  private String binary(String operator, String name, String x, double number) {
    return graph.node(operator, List.of(x, graph.real(name + "/number", number)), Map.of(), name);
  }

  private void mish(RawNode node) {
    String name = output(node);
    String soft = graph.node("Softplus", List.of(input(node, 0)), Map.of(), name + "/softplus");
    String tanh = graph.node("Tanh", List.of(soft), Map.of(), name + "/tanh");
    graph.node("Mul", List.of(input(node, 0), tanh), Map.of(), name);
  }

  /** An instance normalisation of groups, and a factor and a summand per channel. */
  private void groupNormalization(RawNode node) {
    String name = output(node);
    OnnxValue input = graph.known(input(node, 0));
    int groups = Math.toIntExact(whole(node, "num_groups", 1));
    float[] ones = new float[groups];
    java.util.Arrays.fill(ones, 1);
    String grouped =
        graph.node(
            "Reshape",
            List.of(input(node, 0), graph.longs(name + "/groups", List.of(0L, (long) groups, -1L))),
            Map.of(),
            name + "/grouped");
    String one = graph.constant(OnnxConstant.ofFloats(name + "/one", List.of(groups), ones));
    String zero =
        graph.constant(OnnxConstant.ofFloats(name + "/zero", List.of(groups), new float[groups]));
    Attribute epsilon = node.attributes().getOrDefault("epsilon", new Real(1e-5f));
    String normalized =
        graph.node(
            "InstanceNormalization",
            List.of(grouped, one, zero),
            Map.of("epsilon", epsilon),
            name + "/normalized");
    List<Long> shape =
        new ArrayList<>(input.dimensions().stream().map(Integer::longValue).toList());
    shape.set(0, 0L);
    String back =
        graph.node(
            "Reshape",
            List.of(normalized, graph.longs(name + "/shape", shape)),
            Map.of(),
            name + "/back");
    long channels = input.dimensions().get(1);
    long perChannel = opset >= 21 ? 1 : channels / groups;
    List<Long> plane = Collections.nCopies(input.rank() - 2, 1L);
    String scale = perGroup(name + "/scale", input(node, 1), perChannel, channels, plane);
    String bias = perGroup(name + "/bias", input(node, 2), perChannel, channels, plane);
    String scaled = graph.node("Mul", List.of(back, scale), Map.of(), name + "/scaled");
    graph.node("Add", List.of(scaled, bias), Map.of(), name);
  }

  private String perGroup(String name, String numbers, long each, long channels, List<Long> plane) {
    String column =
        graph.node(
            "Reshape",
            List.of(numbers, graph.longs(name + "/column_shape", List.of(-1L, 1L))),
            Map.of(),
            name + "/column");
    String repeated =
        graph.node(
            "Tile",
            List.of(column, graph.longs(name + "/repeats", List.of(1L, each))),
            Map.of(),
            name + "/repeated");
    List<Long> shape = new ArrayList<>(List.of(channels));
    shape.addAll(plane);
    return graph.node(
        "Reshape", List.of(repeated, graph.longs(name + "/shape", shape)), Map.of(), name);
  }

  private void mean(RawNode node) {
    String name = output(node);
    String sum = graph.node("Sum", node.inputs(), Map.of(), name + "/sum");
    graph.node(
        "Mul",
        List.of(sum, graph.real(name + "/share", 1.0 / node.inputs().size())),
        Map.of(),
        name);
  }
}
