package org.finetune4j.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.text.PrettyJson;
import org.finetune4j.text.TextTable;

/**
 * How good estimated numbers are, from true and predicted ones. Immutable, safe to share between
 * threads.
 */
public final class RegressionEvaluation {
  private final Targets truth;
  private final float[][] predictions;
  private final List<String> warnings;

  private RegressionEvaluation(Targets truth, float[][] predictions, List<String> warnings) {
    this.warnings = List.copyOf(warnings);
    this.truth = truth;
    this.predictions = predictions;
  }

  /**
   * Evaluates.
   *
   * @param truth the numbers of every picture; at least one picture
   * @param predictions for every picture one finite value per quantity
   * @throws IllegalArgumentException if there is no picture, the answers are no numbers, or the
   *     shapes do not fit; the message names the picture
   */
  public static RegressionEvaluation of(Targets truth, float[][] predictions) {
    Objects.requireNonNull(predictions, "predictions");
    if (!(truth.task() instanceof Task.Numbers)) {
      throw new IllegalArgumentException(
          "Numbers are evaluated here, but the pictures have " + truth.task() + ".");
    }
    if (truth.size() == 0 || truth.size() != predictions.length) {
      throw new IllegalArgumentException(
          "An evaluation needs at least one picture and as many rows of numbers, but has "
              + truth.size()
              + " pictures and "
              + predictions.length
              + " rows.");
    }
    float[][] rows = new float[predictions.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = predictions[i].clone();
      boolean finite = true;
      for (float value : rows[i]) {
        finite &= Float.isFinite(value);
      }
      if (rows[i].length != truth.task().outputs() || !finite) {
        throw new IllegalArgumentException(
            "There is one finite number for each of "
                + truth.task()
                + ", but picture "
                + i
                + " has "
                + Arrays.toString(rows[i])
                + ".");
      }
    }
    return new RegressionEvaluation(truth, rows, List.of());
  }

  /** Returns the same figures with something to know about the pictures. */
  public RegressionEvaluation withWarnings(List<String> about) {
    return new RegressionEvaluation(truth, predictions, about);
  }

  /**
   * Returns what has to be known about the pictures, for example that they are those it was trained
   * on; empty if nothing has. It also stands in {@link #toString}.
   */
  public List<String> warnings() {
    return warnings;
  }

  /** Returns what is estimated. */
  public List<Quantity> quantities() {
    return ((Task.Numbers) truth.task()).quantities();
  }

  /** Returns the number of pictures. */
  public int size() {
    return predictions.length;
  }

  /** Returns the true numbers of all pictures. */
  public Targets truth() {
    return truth;
  }

  /** Returns a copy of what was predicted for a picture, one number per quantity. */
  public float[] prediction(int picture) {
    return predictions[picture].clone();
  }

  /**
   * Returns what was predicted of one number, of every picture in order.
   *
   * @param quantity its index among {@link #quantities}
   */
  public double[] predicted(int quantity) {
    return IntStream.range(0, size()).mapToDouble(i -> predictions[i][quantity]).toArray();
  }

  private int index(String quantity) {
    return truth.task().indexOf(quantity);
  }

  /** Returns the figures of every quantity. */
  public List<RegressionMetrics> metrics() {
    return IntStream.range(0, quantities().size())
        .mapToObj(q -> RegressionMetrics.of(quantities().get(q), truth.column(q), predicted(q)))
        .toList();
  }

  /**
   * Returns the figures of a quantity.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public RegressionMetrics metrics(String quantity) {
    return metrics().get(index(quantity));
  }

  /**
   * Returns the pictures whose numbers are farthest from the truth, the worst first.
   *
   * @param quantity by which number
   * @param most at most so many
   * @throws IllegalArgumentException if there is no such quantity
   */
  public List<Integer> worst(String quantity, int most) {
    int column = index(quantity);
    double[] right = truth.column(column);
    return IntStream.range(0, size())
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -Math.abs(predictions[i][column] - right[i])))
        .limit(most)
        .toList();
  }

  /**
   * Returns the pictures whose numbers are farthest from the truth, the worst first, with both.
   *
   * @param quantity by which number
   * @param dataset the evaluated pictures, in the same order
   * @param decoder decodes them
   * @param most at most so many
   * @throws IOException if a picture cannot be decoded
   * @throws IllegalArgumentException if the dataset has another size or other numbers, or there is
   *     no such quantity
   */
  public Optional<ContactSheet> mistakeSheet(
      String quantity, ImageDataset dataset, ImageDecoder decoder, int most) throws IOException {
    EvaluatedPictures.requireSame(truth, dataset);
    int column = index(quantity);
    Quantity unit = quantities().get(column);
    double[] right = truth.column(column);
    ContactSheet.Builder sheet = ContactSheet.builder().title("Farthest from the truth: " + unit);
    List<Integer> worst = worst(quantity, most);
    for (int picture : worst) {
      sheet.add(
          dataset.get(picture).decode(decoder),
          unit.format(predictions[picture][column]),
          "is " + unit.format(right[picture]));
    }
    return worst.isEmpty() ? Optional.empty() : Optional.of(sheet.build());
  }

  /** Returns the figures as Markdown. */
  public String toMarkdown() {
    return table().toMarkdown();
  }

  private TextTable table() {
    TextTable table =
        new TextTable(
            List.of(
                "number",
                "MAE",
                "RMSE",
                "median error",
                "mean error",
                "R2",
                "Spearman",
                "pictures"));
    for (RegressionMetrics it : metrics()) {
      List<String> row = new ArrayList<>();
      row.add(it.quantity().toString());
      for (double value :
          new double[] {
            it.meanAbsoluteError(),
            it.rootMeanSquaredError(),
            it.medianAbsoluteError(),
            it.meanError()
          }) {
        row.add(String.format(Locale.ROOT, "%.4g", value));
      }
      row.add(String.format(Locale.ROOT, "%.3f", it.r2()));
      row.add(String.format(Locale.ROOT, "%.3f", it.spearman()));
      row.add(Integer.toString(size()));
      table.add(row);
    }
    return table;
  }

  /** Returns the figures as JSON text; {@code docs/targets.md} describes the fields. */
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("pictures", size());
    ArrayNode numbers = json.putArray("numbers");
    for (RegressionMetrics it : metrics()) {
      ObjectNode node =
          numbers
              .addObject()
              .put("name", it.quantity().name())
              .put("unit", it.quantity().unit())
              .put("meanAbsoluteError", it.meanAbsoluteError())
              .put("rootMeanSquaredError", it.rootMeanSquaredError())
              .put("medianAbsoluteError", it.medianAbsoluteError())
              .put("meanError", it.meanError())
              .put("r2", it.r2());
      if (Double.isFinite(it.spearman())) {
        node.put("spearman", it.spearman());
      }
    }
    return PrettyJson.text(json);
  }

  /** Returns the figures as text. */
  @Override
  public String toString() {
    return metrics().stream().map(it -> it + "").collect(Collectors.joining("\n"))
        + warnings.stream().map(it -> "\nWarning: " + it).collect(Collectors.joining())
        + "\n\n"
        + table();
  }
}
