package org.finetune4j.engine.onnx.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.Activation;
import org.finetune4j.network.operator.OnnxNode;

/** Activation functions that files spell out in several operators. */
record ActivationPatterns(Makers makers) {
  /** A function of a value. */
  record Found(Activation activation, String of) {}

  /** Returns the function that a product computes, if it is a known one. */
  Optional<Found> product(String output) {
    List<String> factors = makers.factors(output);
    boolean halved = factors.stream().anyMatch(it -> makers.isAbout(it, 0.5));
    List<String> rest = new ArrayList<>(factors);
    if (halved) {
      rest.removeIf(it -> makers.isAbout(it, 0.5));
    }
    if (rest.size() != 2) {
      return Optional.empty();
    }
    return gated(rest.get(0), rest.get(1), halved)
        .or(() -> gated(rest.get(1), rest.get(0), halved));
  }

  private Optional<Found> gated(String x, String gate, boolean halved) {
    if (halved) {
      return makers.plus(gate, 1).flatMap(it -> gelu(x, it));
    }
    Optional<OnnxNode> sigmoid = makers.maker(gate, "Sigmoid");
    if (sigmoid.isPresent()) {
      String inner = sigmoid.get().inputs().get(0);
      if (inner.equals(x)) {
        return Optional.of(new Found(Activation.SWISH, x));
      }
      boolean quick =
          makers
              .maker(inner, "Mul")
              .flatMap(it -> makers.other(it, 1.702))
              .filter(x::equals)
              .isPresent();
      return quick ? Optional.of(new Found(Activation.QUICK_GELU, x)) : Optional.empty();
    }
    return makers
        .maker(gate, "HardSigmoid")
        .filter(it -> it.inputs().get(0).equals(x) && isSixth(it))
        .map(it -> new Found(Activation.HARD_SWISH, x));
  }

  static boolean isSixth(OnnxNode hardSigmoid) {
    return hardSigmoid.attributes().get("alpha") instanceof OnnxNode.Real alpha
        && Math.abs(alpha.value() - 1 / 6f) < 1e-5
        && (!(hardSigmoid.attributes().get("beta") instanceof OnnxNode.Real beta)
            || Math.abs(beta.value() - 0.5f) < 1e-5);
  }

  private Optional<Found> gelu(String x, String inner) {
    Optional<String> erf = makers.maker(inner, "Erf").map(it -> it.inputs().get(0));
    if (erf.isPresent()) {
      boolean scaled =
          makers
                  .maker(erf.get(), "Div")
                  .filter(
                      it ->
                          it.inputs().get(0).equals(x)
                              && makers.isAbout(it.inputs().get(1), Math.sqrt(2)))
                  .isPresent()
              || makers
                  .maker(erf.get(), "Mul")
                  .flatMap(it -> makers.other(it, Math.sqrt(0.5)))
                  .filter(x::equals)
                  .isPresent();
      return scaled ? Optional.of(new Found(Activation.GELU, x)) : Optional.empty();
    }
    return makers
        .maker(inner, "Tanh")
        .flatMap(it -> makers.maker(it.inputs().get(0), "Mul"))
        .flatMap(it -> makers.other(it, Math.sqrt(2 / Math.PI)))
        .flatMap(it -> makers.maker(it, "Add"))
        .filter(it -> it.inputs().contains(x))
        .map(it -> it.inputs().get(it.inputs().get(0).equals(x) ? 1 : 0))
        .filter(it -> isSmallCube(it, x))
        .map(it -> new Found(Activation.GELU_TANH, x));
  }

  private boolean isSmallCube(String value, String x) {
    List<String> factors = new ArrayList<>(makers.factors(value));
    boolean small = factors.removeIf(it -> makers.isAbout(it, 0.044715));
    boolean cube =
        factors.size() == 1
            ? makers
                .maker(factors.get(0), "Pow")
                .filter(it -> it.inputs().get(0).equals(x) && makers.isAbout(it.inputs().get(1), 3))
                .isPresent()
            : factors.size() == 3 && factors.stream().allMatch(x::equals);
    return small && cube;
  }

  /**
   * A layer normalisation in operators, as files before opset 17 have it.
   *
   * @param x what is normalised over its last dimension
   * @param gamma name of the factors
   * @param epsilon what is added to the variance
   */
  record Normalized(String x, String gamma, double epsilon) {}

  /** Returns the normalisation that a product computes: all of it but the summand. */
  Optional<Normalized> normalized(String product) {
    Optional<OnnxNode> mul = makers.maker(product, "Mul");
    if (mul.isEmpty()) {
      return Optional.empty();
    }
    List<String> reads = mul.get().inputs();
    return normalized(reads.get(0), reads.get(1)).or(() -> normalized(reads.get(1), reads.get(0)));
  }

  private Optional<Normalized> normalized(String quotient, String gamma) {
    Optional<OnnxNode> div = makers.maker(quotient, "Div");
    Optional<OnnxNode> centred = div.flatMap(it -> makers.maker(it.inputs().get(0), "Sub"));
    if (centred.isEmpty()) {
      return Optional.empty();
    }
    String x = centred.get().inputs().get(0);
    boolean mean = isMeanOf(centred.get().inputs().get(1), x);
    Optional<OnnxNode> sum =
        div.flatMap(it -> makers.maker(it.inputs().get(1), "Sqrt"))
            .flatMap(it -> makers.maker(it.inputs().get(0), "Add"));
    if (!mean || sum.isEmpty()) {
      return Optional.empty();
    }
    String difference = centred.get().output();
    for (int i = 0; i < 2; i++) {
      double epsilon = makers.scalar(sum.get().inputs().get(i)).orElse(-1);
      Optional<OnnxNode> variance = makers.maker(sum.get().inputs().get(1 - i), "ReduceMean");
      boolean square =
          variance
              .flatMap(it -> makers.maker(it.inputs().get(0), "Pow"))
              .filter(
                  it ->
                      sameCentred(it.inputs().get(0), difference)
                          && makers.isAbout(it.inputs().get(1), 2))
              .isPresent();
      if (epsilon > 0 && square) {
        return Optional.of(new Normalized(x, gamma, epsilon));
      }
    }
    return Optional.empty();
  }

  private boolean sameCentred(String value, String difference) {
    return value.equals(difference)
        || makers
            .maker(value, "Sub")
            .map(OnnxNode::inputs)
            .equals(makers.maker(difference, "Sub").map(OnnxNode::inputs));
  }

  private boolean isMeanOf(String value, String x) {
    return makers
        .maker(value, "ReduceMean")
        .filter(it -> it.inputs().get(0).equals(x))
        .filter(
            it ->
                it.attributes().get("axes") instanceof OnnxNode.Wholes axes
                    && isLast(axes.values()))
        .isPresent();
  }

  /** Tokens have three dimensions, so their last one is also number 2. */
  private static boolean isLast(List<Long> axes) {
    return axes.equals(List.of(-1L)) || axes.equals(List.of(2L));
  }
}
