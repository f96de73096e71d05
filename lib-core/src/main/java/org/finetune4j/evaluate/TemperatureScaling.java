package org.finetune4j.evaluate;

/**
 * Makes confidence honest with one number (Guo et al. 2017, <i>On Calibration of Modern Neural
 * Networks</i>): probabilities become {@code softmax(log(p) / temperature)}. The ranking of the
 * classes, and so the accuracy, stays. Fit it on validation pictures, never on test pictures.
 *
 * @param temperature above 1 lowers confidence, below 1 raises it
 */
public record TemperatureScaling(double temperature) {
  private static final double LOWEST = 0.01;
  private static final double HIGHEST = 100;
  private static final int HALVINGS = 60;

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public TemperatureScaling {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "A temperature must be above 0 and finite, but is " + temperature + ".");
    }
  }

  /**
   * Finds the temperature between 0.01 and 100 with the lowest log loss.
   *
   * @param evaluation of validation pictures
   */
  public static TemperatureScaling fit(Evaluation evaluation) {
    // The loss is convex in 1/temperature: halve the range by the sign of its slope.
    double low = Math.log(1 / HIGHEST);
    double high = Math.log(1 / LOWEST);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (slope(evaluation, Math.exp(middle)) > 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return new TemperatureScaling(Math.exp(-(low + high) / 2));
  }

  private static double slope(Evaluation evaluation, double inverseTemperature) {
    double slope = 0;
    for (int i = 0; i < evaluation.size(); i++) {
      double[] logits = logits(evaluation.probabilities(i));
      double[] scaled = softmax(logits, inverseTemperature);
      slope -= logits[evaluation.truth(i)];
      for (int c = 0; c < scaled.length; c++) {
        slope += scaled[c] * logits[c];
      }
    }
    return slope;
  }

  /**
   * Returns the calibrated probabilities of one picture.
   *
   * @param probabilities of all classes
   */
  public float[] apply(float[] probabilities) {
    double[] scaled = softmax(logits(probabilities), 1 / temperature);
    float[] result = new float[scaled.length];
    for (int c = 0; c < result.length; c++) {
      result[c] = (float) scaled[c];
    }
    return result;
  }

  private static double[] logits(float[] probabilities) {
    double[] logits = new double[probabilities.length];
    for (int c = 0; c < logits.length; c++) {
      logits[c] = Math.log(Math.max(probabilities[c], Evaluation.SMALLEST_PROBABILITY));
    }
    return logits;
  }

  private static double[] softmax(double[] logits, double factor) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit * factor);
    }
    double[] result = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < result.length; c++) {
      result[c] = Math.exp(logits[c] * factor - largest);
      sum += result[c];
    }
    for (int c = 0; c < result.length; c++) {
      result[c] /= sum;
    }
    return result;
  }
}
