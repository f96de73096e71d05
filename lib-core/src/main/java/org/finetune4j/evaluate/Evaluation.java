package org.finetune4j.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.text.PrettyJson;
import org.slf4j.LoggerFactory;

/**
 * How good predictions are, from true classes and predicted probabilities. Immutable, safe to share
 * between threads.
 *
 * <pre>{@code
 * Evaluation evaluation = Evaluation.of(labels, truth, probabilities);
 * System.out.println(evaluation);
 * double auc = evaluation.roc("dogs").orElseThrow().area();
 * }</pre>
 */
public final class Evaluation {
  /** Smaller probabilities count as this one, or a single one of 0 would make a loss infinite. */
  static final double SMALLEST_PROBABILITY = 1e-15;

  private static final int CALIBRATION_BINS = 15;
  private static final double SUM_TOLERANCE = 1e-3;

  private final Labels labels;
  private final int[] truth;
  private final float[][] probabilities;
  private final int[] predicted;
  private final ConfusionMatrix confusion;
  private final List<String> warnings;

  private Evaluation(Labels labels, int[] truth, float[][] probabilities, List<String> warnings) {
    this.warnings = List.copyOf(warnings);
    this.labels = labels;
    this.truth = truth;
    this.probabilities = probabilities;
    this.predicted = new int[truth.length];
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = mostProbable(probabilities[i]);
    }
    this.confusion = ConfusionMatrix.of(labels, truth, predicted);
  }

  /**
   * Evaluates.
   *
   * @param truth class index of every picture; at least one picture
   * @param probabilities for every picture one value per class, 0 to 1, that sum to 1 (within
   *     0.001)
   * @throws IllegalArgumentException if there is no picture, the shapes do not fit, or a value is
   *     out of range; the message names the picture
   */
  public static Evaluation of(Labels labels, int[] truth, float[][] probabilities) {
    if (truth.length == 0 || truth.length != probabilities.length) {
      throw new IllegalArgumentException(
          "An evaluation needs at least one picture and as many rows of probabilities, but has "
              + truth.length
              + " pictures and "
              + probabilities.length
              + " rows.");
    }
    float[][] rows = new float[probabilities.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = probabilities[i].clone();
      check(i, rows[i], labels);
    }
    return new Evaluation(labels, truth.clone(), rows, List.of());
  }

  private static void check(int picture, float[] row, Labels labels) {
    if (row.length != labels.size()) {
      throw new IllegalArgumentException(
          "Picture "
              + picture
              + " has "
              + row.length
              + " probabilities, but there are "
              + labels.size()
              + " classes.");
    }
    double sum = 0;
    for (float p : row) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "Probabilities must be 0 to 1, but picture " + picture + " has " + p + ".");
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "Probabilities of a picture must sum to 1, but those of picture "
              + picture
              + " sum to "
              + sum
              + ".");
    }
  }

  private static int mostProbable(float[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      if (row[c] > row[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Returns the same figures with something to know about the pictures, which is logged too. */
  public Evaluation withWarnings(List<String> about) {
    about.forEach(LoggerFactory.getLogger(Evaluation.class)::warn);
    return about.isEmpty() ? this : new Evaluation(labels, truth, probabilities, about);
  }

  /**
   * Returns what has to be known about the pictures, for example that they are those it was trained
   * on; empty if nothing has. It also stands in {@link #toString}.
   */
  public List<String> warnings() {
    return warnings;
  }

  /** Returns the classes. */
  public Labels labels() {
    return labels;
  }

  /** Returns the number of pictures. */
  public int size() {
    return truth.length;
  }

  /** Returns the true class of a picture. */
  public int truth(int picture) {
    return truth[picture];
  }

  /** Returns the predicted class of a picture: the most probable, of equal ones the first. */
  public int predicted(int picture) {
    return predicted[picture];
  }

  /** Returns a copy of the probabilities of a picture, one per class. */
  public float[] probabilities(int picture) {
    return probabilities[picture].clone();
  }

  /** Returns the share of pictures that were predicted right, 0 to 1. */
  public double accuracy() {
    return (double) confusion.correct() / size();
  }

  /** Returns Wilson's 95 % interval of the accuracy. */
  public Interval accuracyInterval() {
    return Interval.wilson(confusion.correct(), size());
  }

  /**
   * Returns the share of pictures whose true class is among the k most probable, 0 to 1; of equally
   * probable classes the first ones count.
   *
   * @param k 1 or more; with as many as there are classes it is 1
   * @throws IllegalArgumentException if k is below 1
   */
  public double topK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, but is " + k + ".");
    }
    int hits = 0;
    for (int i = 0; i < truth.length; i++) {
      hits += rank(probabilities[i], truth[i]) < k ? 1 : 0;
    }
    return (double) hits / size();
  }

  private static int rank(float[] row, int label) {
    int before = 0;
    for (int c = 0; c < row.length; c++) {
      boolean first = row[c] > row[label] || (row[c] == row[label] && c < label);
      before += first ? 1 : 0;
    }
    return before;
  }

  /**
   * Returns the mean negative logarithm (natural) of the true class's probability; probabilities
   * below 1e-15 count as that.
   */
  public double logLoss() {
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      sum -= Math.log(Math.max(probabilities[i][truth[i]], SMALLEST_PROBABILITY));
    }
    return sum / size();
  }

  /** Returns how often each class was taken for each, with precision, recall and F1. */
  public ConfusionMatrix confusionMatrix() {
    return confusion;
  }

  /**
   * Returns the receiver operating characteristic of one class against all others; empty if all
   * pictures are of this class, or none is.
   *
   * @throws IllegalArgumentException if there is no such class
   */
  public Optional<Curve> roc(String className) {
    return Curve.roc(scores(labels.indexOf(className)));
  }

  /**
   * Returns precision and recall of one class at every threshold; empty if no picture is of this
   * class.
   *
   * @throws IllegalArgumentException if there is no such class
   */
  public Optional<Curve> precisionRecall(String className) {
    return Curve.precisionRecall(scores(labels.indexOf(className)));
  }

  private RankedScores scores(int label) {
    float[] scores = new float[truth.length];
    boolean[] positive = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      scores[i] = probabilities[i][label];
      positive[i] = truth[i] == label;
    }
    return RankedScores.of(scores, positive);
  }

  /** Returns how confidence and accuracy agree, in 15 bins. */
  public Calibration calibration() {
    return calibration(CALIBRATION_BINS);
  }

  /**
   * Returns how confidence and accuracy agree.
   *
   * @param bins number of equally wide ranges of confidence, 1 to 1000
   * @throws IllegalArgumentException if the number is out of range
   */
  public Calibration calibration(int bins) {
    if (bins < 1 || bins > 1000) {
      throw new IllegalArgumentException("The bins must be 1 to 1000, but are " + bins + ".");
    }
    float[] confidences = new float[truth.length];
    boolean[] correct = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      confidences[i] = probabilities[i][predicted[i]];
      correct[i] = predicted[i] == truth[i];
    }
    return Calibration.of(confidences, correct, bins);
  }

  /**
   * Returns the same pictures with calibrated probabilities.
   *
   * @param scaling fitted on other pictures than these
   */
  public Evaluation calibrated(TemperatureScaling scaling) {
    float[][] scaled = new float[probabilities.length][];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = scaling.apply(probabilities[i]);
    }
    return new Evaluation(labels, truth, scaled, warnings);
  }

  /**
   * Returns the wrong predictions that were most confident, the worst first.
   *
   * @param most at most so many
   */
  public List<Mistake> mistakes(int most) {
    List<Mistake> mistakes = new ArrayList<>();
    for (int i = 0; i < truth.length; i++) {
      if (predicted[i] != truth[i]) {
        mistakes.add(new Mistake(i, truth[i], predicted[i], probabilities[i][predicted[i]]));
      }
    }
    mistakes.sort(Comparator.comparing(Mistake::probability).reversed());
    return List.copyOf(mistakes.subList(0, Math.min(most, mistakes.size())));
  }

  /**
   * Returns the most confident mistakes as pictures, the worst first, each with its truth and what
   * it was taken for; empty if there is no mistake.
   *
   * @param dataset the evaluated pictures, in the same order
   * @param decoder decodes them
   * @param most at most so many
   * @throws IOException if a picture cannot be decoded
   * @throws IllegalArgumentException if the dataset has another size or other true classes
   */
  public Optional<ContactSheet> mistakeSheet(ImageDataset dataset, ImageDecoder decoder, int most)
      throws IOException {
    if (!Arrays.equals(truth, dataset.withLabels(labels).labelIndices())) {
      throw new IllegalArgumentException(
          "The dataset must hold the evaluated pictures in the same order, but "
              + dataset
              + " has other classes than the "
              + size()
              + " pictures of the evaluation.");
    }
    List<Mistake> mistakes = mistakes(most);
    if (mistakes.isEmpty()) {
      return Optional.empty();
    }
    ContactSheet.Builder sheet = ContactSheet.builder().title("Most confident mistakes");
    for (Mistake mistake : mistakes) {
      sheet.add(
          dataset.get(mistake.index()).decode(decoder),
          String.format(
              Locale.ROOT,
              "%s %.1f %%",
              labels.name(mistake.predicted()),
              100 * mistake.probability()),
          "is " + labels.name(mistake.truth()));
    }
    return Optional.of(sheet.build());
  }

  /** Returns the figures as Markdown. */
  public String toMarkdown() {
    return EvaluationText.markdown(this);
  }

  /** Returns the figures as JSON text; {@code docs/evaluation.md} describes the fields. */
  public String toJson() {
    return PrettyJson.text(EvaluationJson.of(this));
  }

  /** Returns the figures as text: accuracy with interval, per-class table, confusion matrix. */
  @Override
  public String toString() {
    return EvaluationText.plain(this);
  }
}
