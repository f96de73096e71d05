package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.finetune4j.network.Activation;
import org.finetune4j.optimize.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of tags and numbers and their gradients, against PyTorch ({@code losses.py}). */
class OutputLossTest {
  private static final int ROWS = 7;
  private static final int COLUMNS = 3;

  private final JsonNode reference;

  OutputLossTest() throws IOException {
    try (InputStream in = OutputLossTest.class.getResourceAsStream("losses.json")) {
      reference = new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private float[] flat(JsonNode rows) {
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.get(i / COLUMNS).get(i % COLUMNS).asDouble();
    }
    return values;
  }

  private List<Double> list(String name) {
    List<Double> values = new ArrayList<>();
    reference.get(name).forEach(it -> values.add(it.asDouble()));
    return values;
  }

  private Loss loss(String name) {
    return switch (name) {
      case "focal" -> Loss.focal(2);
      case "focal_soft" -> Loss.focal(1.5);
      case "focal_weighted" ->
          Loss.focal(2).positiveWeights(list("positive")).classWeights(list("weight"));
      case "weighted" ->
          Loss.crossEntropy().classWeights(list("weight")).positiveWeights(list("positive"));
      case "squared" -> Loss.meanSquaredError().ofNumbers(list("deviations"));
      case "huber" -> Loss.huber(0.7).ofNumbers(list("deviations"));
      default -> Loss.crossEntropy();
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "entropy",
        "soft",
        "weighted",
        "focal",
        "focal_soft",
        "focal_weighted",
        "squared",
        "huber"
      })
  void valueAndGradientArePyTorchs(String name) {
    Loss loss = loss(name);
    boolean numbers = loss.objective() instanceof Loss.OfNumbers;
    OutputLoss end = OutputLoss.of(numbers ? Activation.LINEAR : Activation.SIGMOID, COLUMNS, loss);
    float[] logits = flat(reference.get(numbers ? "values" : "logits"));
    float[] targets =
        flat(reference.get(numbers ? "numbers" : name.contains("soft") ? "soft" : "hard"));
    JsonNode expected = reference.get("losses").get(name);
    double value = expected.get("loss").asDouble();
    assertThat(end.loss(logits, targets, new float[0], ROWS))
        .isCloseTo(value, within(2e-6 * value));
    float[] gradient = new float[logits.length];
    end.gradient(logits, end.outputs(logits, ROWS), targets, ROWS, ROWS, gradient);
    float[] slopes = flat(expected.get("gradient"));
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i]).isCloseTo(slopes[i], within(1e-6f + 5e-6f * Math.abs(slopes[i])));
    }
    float[] twice = new float[ROWS];
    Arrays.fill(twice, 2);
    assertThat(end.loss(logits, targets, twice, ROWS)).isCloseTo(2 * value, within(4e-6 * value));
  }

  @Test
  void lossesFitTheEndOfTheNetwork() {
    assertThatThrownBy(() -> OutputLoss.of(Activation.LINEAR, 3, Loss.crossEntropy()))
        .hasMessageContaining("Labels and tags are learned behind softmax or sigmoid");
    assertThatThrownBy(() -> OutputLoss.of(Activation.SOFTMAX, 3, Loss.huber(1)))
        .hasMessageContaining("numbers behind a linear layer");
    assertThatThrownBy(() -> OutputLoss.of(Activation.SOFTMAX, 3, Loss.focal(2)))
        .hasMessageContaining("The focal loss is for tags");
    assertThatThrownBy(() -> Loss.focal(-1)).hasMessageContaining("0 or more, not -1.0");
    assertThatThrownBy(() -> Loss.huber(0)).hasMessageContaining("Delta of a Huber loss");
    assertThatThrownBy(() -> Loss.meanSquaredError().labelSmoothing(0.1))
        .hasMessageContaining("Label smoothing belongs to cross-entropy");
    assertThatThrownBy(() -> Loss.huber(1).classWeights(List.of(1.0)))
        .hasMessageContaining("Class weights belong to labels and tags");
    assertThatThrownBy(() -> Loss.crossEntropy().positiveWeights(List.of(Double.NaN)))
        .hasMessageContaining("Positive weights are 0 or more and finite");
  }
}
