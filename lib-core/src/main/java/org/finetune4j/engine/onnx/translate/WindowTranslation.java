package org.finetune4j.engine.onnx.translate;

import static org.finetune4j.engine.onnx.translate.TranslationContext.obstacle;
import static org.finetune4j.engine.onnx.translate.TranslationContext.text;
import static org.finetune4j.engine.onnx.translate.TranslationContext.whole;
import static org.finetune4j.engine.onnx.translate.TranslationContext.wholes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Padding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.weights.Tensor;

/** Convolutions and poolings as layers. */
record WindowTranslation(TranslationContext context) {
  Symbol convolution(OnnxNode node) {
    Optional<String> input =
        context.map(context.symbol(node.inputs().get(0)), node.output() + "/map");
    Optional<Tensor> kernel = context.numbers(node, 1);
    boolean bias = node.inputs().size() > 2;
    Optional<Tensor> added = context.numbers(node, 2);
    if (input.isEmpty() || kernel.isEmpty() || (bias && added.isEmpty())) {
      return obstacle(node, "reads something else than a feature map and numbers");
    }
    Shape shape = context.layers.shape(input.get());
    List<Integer> sizes = kernel.get().shape();
    Optional<Moved> moved = moved(node, shape, sizes.get(2), sizes.get(3));
    if (moved.isEmpty()) {
      return obstacle(node, "has different strides or dilations in its two directions");
    }
    int groups = (int) whole(node, "group", 1);
    String name = context.name(node, 1, 2);
    String padded = padded(input.get(), moved.get(), name);
    int filters = sizes.get(0);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    boolean depthwise = groups > 1 && groups == shape.channels() && sizes.get(1) == 1;
    weights.put(depthwise ? "depthwise_kernel" : "kernel", kernel.get());
    added.ifPresent(it -> weights.put("bias", it));
    Layer layer =
        depthwise
            ? new DepthwiseConvolution(name, padded, filters / groups, moved.get().window, bias)
            : new Convolution(
                name, padded, filters, moved.get().window, bias, Activation.LINEAR, groups);
    return made(node, context.layers.put(layer, weights));
  }

  /** How a window moves, and what has to be put around its input first. */
  private record Moved(Window window, Window.Border border) {
    Moved withBorderOutside(Shape input) {
      Window bare = Window.of(window.height(), window.width()).stride(window.stride());
      return window.padding() == Padding.SAME ? new Moved(bare, window.border(input)) : this;
    }
  }

  private Optional<Moved> moved(OnnxNode node, Shape input, int height, int width) {
    List<Long> strides = wholes(node, "strides", List.of(1L, 1L));
    List<Long> dilations = wholes(node, "dilations", List.of(1L, 1L));
    if (!strides.get(0).equals(strides.get(1)) || !dilations.get(0).equals(dilations.get(1))) {
      return Optional.empty();
    }
    Window window =
        Window.of(height, width)
            .stride(strides.get(0).intValue())
            .dilation(dilations.get(0).intValue());
    Window.Border none = new Window.Border(0, 0, 0, 0);
    Window.Border same = window.same().border(input);
    Window.Border wanted =
        switch (text(node, "auto_pad", "NOTSET")) {
          case "SAME_UPPER" -> same;
          case "SAME_LOWER" ->
              new Window.Border(
                  /* top= */ same.bottom(),
                  /* bottom= */ same.top(),
                  /* left= */ same.right(),
                  /* right= */ same.left());
          case "VALID" -> none;
          default ->
              roundedUp(border(wholes(node, "pads", List.of(0L, 0L, 0L, 0L))), node, input, window);
        };
    if (wanted.isEmpty()) {
      return Optional.of(new Moved(window, none));
    }
    return Optional.of(
        wanted.equals(same) ? new Moved(window.same(), none) : new Moved(window, wanted));
  }

  private static Window.Border border(List<Long> pads) {
    return new Window.Border(
        pads.get(0).intValue(),
        pads.get(2).intValue(),
        pads.get(1).intValue(),
        pads.get(3).intValue());
  }

  /** Where sizes are rounded up, the last window reaches over the end of the map. */
  private Window.Border roundedUp(Window.Border border, OnnxNode node, Shape input, Window window) {
    List<Integer> made = context.dims(node.output());
    int rows = reached(made.get(2), window.height(), window) - input.height();
    int columns = reached(made.get(3), window.width(), window) - input.width();
    return new Window.Border(
        border.top(),
        Math.max(border.bottom(), rows - border.top()),
        border.left(),
        Math.max(border.right(), columns - border.left()));
  }

  private static int reached(int made, int side, Window window) {
    return (made - 1) * window.stride() + (side - 1) * window.dilation() + 1;
  }

  private String padded(String input, Moved moved, String name) {
    Window.Border border = moved.border;
    return border.isEmpty()
        ? input
        : context.layers.put(
            new ZeroPadding(
                LayerNaming.name(context.layers, List.of(), name + ".padding"),
                input,
                border.top(),
                border.bottom(),
                border.left(),
                border.right()));
  }

  /** What is made must have the size that the file's operator makes. */
  private Symbol made(OnnxNode node, String layer) {
    List<Integer> dims = context.dims(node.output());
    return context.layers.shape(layer).dimensions().equals(dims.subList(1, dims.size()))
        ? context.whole(layer, 0, 1, 2)
        : obstacle(node, "rounds sizes in a way that no layer does");
  }

  Symbol pooling(OnnxNode node, PoolingType type) {
    Optional<String> input =
        context.map(context.symbol(node.inputs().get(0)), node.output() + "/map");
    if (input.isEmpty()) {
      return obstacle(node, "reads something else than a feature map");
    }
    List<Long> kernel = wholes(node, "kernel_shape", List.of());
    Shape shape = context.layers.shape(input.get());
    Optional<Moved> moved = moved(node, shape, kernel.get(0).intValue(), kernel.get(1).intValue());
    if (moved.isEmpty() || moved.get().window.dilation() != 1) {
      return obstacle(node, "is dilated, or has different strides in its two directions");
    }
    boolean counts = type == PoolingType.AVERAGE && whole(node, "count_include_pad", 0) == 1;
    // The window's own border counts nothing: zeros that count are put around the map.
    Moved it = counts ? moved.get().withBorderOutside(shape) : moved.get();
    if (counts && whole(node, "ceil_mode", 0) == 1 && !it.border.isEmpty()) {
      return obstacle(node, "counts a border, but not where sizes are rounded up");
    }
    boolean zeroIsNeutral = type == PoolingType.MAX ? isNeverNegative(input.get()) : counts;
    if (!it.border.isEmpty() && !zeroIsNeutral) {
      return obstacle(node, "has a border that no layer has");
    }
    String name = context.name(node);
    Pooling layer = new Pooling(name, padded(input.get(), it, name), type, it.window);
    return made(node, context.layers.put(layer));
  }

  /** A border of zeros then changes no maximum. */
  private boolean isNeverNegative(String name) {
    Layer layer = context.layers.layer(name);
    if (layer instanceof ActivationLayer activation) {
      return switch (activation.activation()) {
        case RELU, RELU6, SIGMOID, HARD_SIGMOID, SOFTPLUS, SOFTMAX -> true;
        default -> false;
      };
    }
    return layer instanceof Pooling pooling && isNeverNegative(pooling.input());
  }

  Symbol global(OnnxNode node, PoolingType type, boolean keeps) {
    Symbol symbol = context.symbol(node.inputs().get(0));
    if (!(symbol instanceof Symbol.Activation it)) {
      return obstacle(node, "reads something else than a feature map");
    }
    boolean first = context.isWhole(it, 0, 1, 2);
    if (!first && !context.isWhole(it, 1, 2, 0)) {
      return obstacle(node, "reads something else than a whole feature map");
    }
    GlobalPooling layer = new GlobalPooling(context.name(node), it.layer(), type, true);
    context.layers.put(layer);
    if (!keeps) {
      return context.whole(layer.name(), 0);
    }
    return first ? context.whole(layer.name(), 0, 1, 2) : context.whole(layer.name(), 1, 2, 0);
  }
}
