package org.finetune4j.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether confidence means what it says: of the pictures predicted with 80 %, are 80 % right?
 *
 * @param bins ranges of the confidence of the predicted class, equally wide
 * @param expectedError expected calibration error: the mean gap between confidence and accuracy of
 *     the bins, weighted by pictures (Guo et al. 2017, <i>On Calibration of Modern Neural
 *     Networks</i>)
 * @param largestError the largest gap of any bin
 */
public record Calibration(List<Bin> bins, double expectedError, double largestError) {
  /**
   * One range of confidence.
   *
   * @param low above this
   * @param high up to this
   * @param count pictures in it
   * @param confidence their mean confidence; 0 if there is none
   * @param accuracy the share of them that is right; 0 if there is none
   */
  public record Bin(double low, double high, long count, double confidence, double accuracy) {}

  /** Copies the bins. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  static Calibration of(float[] confidences, boolean[] correct, int bins) {
    long[] counts = new long[bins];
    double[] sums = new double[bins];
    long[] hits = new long[bins];
    for (int i = 0; i < confidences.length; i++) {
      int bin = Math.max(0, (int) Math.ceil((double) confidences[i] * bins) - 1);
      bin = Math.min(bin, bins - 1);
      counts[bin]++;
      sums[bin] += confidences[i];
      hits[bin] += correct[i] ? 1 : 0;
    }
    List<Bin> result = new ArrayList<>();
    double expected = 0;
    double largest = 0;
    for (int b = 0; b < bins; b++) {
      double confidence = ClassMetrics.ratio(sums[b], (double) counts[b]);
      double accuracy = ClassMetrics.ratio((double) hits[b], (double) counts[b]);
      result.add(new Bin((double) b / bins, (b + 1.0) / bins, counts[b], confidence, accuracy));
      double gap = Math.abs(confidence - accuracy);
      expected += gap * counts[b] / confidences.length;
      largest = Math.max(largest, gap);
    }
    return new Calibration(result, expected, largest);
  }
}
