package org.finetune4j.engine.onnx.translate;

import static org.finetune4j.engine.onnx.translate.TranslationContext.obstacle;
import static org.finetune4j.engine.onnx.translate.TranslationContext.real;
import static org.finetune4j.engine.onnx.translate.TranslationContext.whole;

import java.util.List;
import java.util.Optional;
import org.finetune4j.engine.onnx.translate.Symbol.Scores;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.operator.OnnxNode;

/** Activation functions as layers. */
record ActivationTranslation(TranslationContext context, TokenTranslation tokens) {
  Symbol of(OnnxNode node, Symbol first) {
    if (node.operator().equals("Softmax")) {
      return first instanceof Scores scores ? tokens.softmax(node, scores) : shares(node, first);
    }
    Optional<Activation> function = function(node);
    Symbol settled = context.settled(first, node.output());
    if (function.isEmpty() || !(settled instanceof Symbol.Activation it) || !context.isAll(it)) {
      return obstacle(node, "has no counterpart among the activations");
    }
    context.tokens(it);
    String name =
        context.layers.put(new ActivationLayer(context.name(node), it.layer(), function.get()));
    return context.whole(name).view(it.view());
  }

  /** The slope times x, and what is missing above 0. */
  Symbol leaky(OnnxNode node, Symbol first) {
    Optional<String> map = context.map(first, node.output() + "/map");
    if (map.isEmpty()) {
      return obstacle(node, "reads something else than a feature map");
    }
    LayerList layers = context.layers;
    double slope = real(node, "alpha", 0.01);
    String name = context.name(node);
    String above =
        layers.put(
            new ActivationLayer(
                LayerNaming.name(layers, List.of(), name + ".above"), map.get(), Activation.RELU));
    String rest = layers.put(scaled(name + ".rest", above, 1 - slope));
    String sloped = layers.put(scaled(name + ".slope", map.get(), slope));
    return context.whole(layers.put(new Add(name, List.of(sloped, rest))), 0, 1, 2);
  }

  private Rescale scaled(String name, String input, double factor) {
    String unused = LayerNaming.name(context.layers, List.of(), name);
    return new Rescale(unused, input, List.of(factor), List.of(0.0));
  }

  private Symbol shares(OnnxNode node, Symbol first) {
    Optional<String> vector = context.vector(first, node.output() + "/vector");
    if (vector.isEmpty() || whole(node, "axis", -1) == 0) {
      return obstacle(node, "is no softmax of a vector");
    }
    return context.whole(
        context.layers.put(
            new ActivationLayer(context.name(node), vector.get(), Activation.SOFTMAX)),
        0);
  }

  private Optional<Activation> function(OnnxNode node) {
    return switch (node.operator()) {
      case "Relu" -> Optional.of(Activation.RELU);
      case "Sigmoid" -> Optional.of(Activation.SIGMOID);
      case "Tanh" -> Optional.of(Activation.TANH);
      case "Elu" -> real(node, "alpha", 1) == 1 ? Optional.of(Activation.ELU) : Optional.empty();
      case "Selu" -> Optional.of(Activation.SELU);
      case "Softplus" -> Optional.of(Activation.SOFTPLUS);
      case "Softsign" -> Optional.of(Activation.SOFTSIGN);
      case "HardSwish" -> Optional.of(Activation.HARD_SWISH);
      case "HardSigmoid" ->
          ActivationPatterns.isSixth(node)
              ? Optional.of(Activation.HARD_SIGMOID)
              : Optional.empty();
      case "Clip" ->
          node.inputs().size() == 3
                  && context.makers.isAbout(node.inputs().get(1), 0)
                  && context.makers.isAbout(node.inputs().get(2), 6)
              ? Optional.of(Activation.RELU6)
              : Optional.empty();
      default -> Optional.empty();
    };
  }
}
