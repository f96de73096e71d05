package org.finetune4j.train.log;

/** Adds up loss and hits over the samples of an epoch. */
public final class EpochMeter {
  /**
   * What has been added up.
   *
   * @param loss of all samples together
   * @param right samples that were right
   * @param samples how many there were
   */
  public record Sums(double loss, int right, int samples) {
    public static final Sums NONE = new Sums(0, 0, 0);
  }

  private final int outputs;
  private double loss;
  private int right;
  private int samples;

  /**
   * @param outputs values that the network gives for a sample; one is a sigmoid for the second
   *     class
   */
  public EpochMeter(int outputs) {
    this(outputs, Sums.NONE);
  }

  /** Goes on adding. */
  public EpochMeter(int outputs, Sums before) {
    this.outputs = outputs;
    this.loss = before.loss();
    this.right = before.right();
    this.samples = before.samples();
  }

  public Sums sums() {
    return new Sums(loss, right, samples);
  }

  public void add(double meanLoss, float[] probabilities, int[] targets) {
    loss += meanLoss * targets.length;
    samples += targets.length;
    for (int i = 0; i < targets.length; i++) {
      right += predicted(probabilities, i) == targets[i] ? 1 : 0;
    }
  }

  private int predicted(float[] probabilities, int sample) {
    if (outputs == 1) {
      return probabilities[sample] >= 0.5f ? 1 : 0;
    }
    int best = 0;
    for (int c = 1; c < outputs; c++) {
      if (probabilities[sample * outputs + c] > probabilities[sample * outputs + best]) {
        best = c;
      }
    }
    return best;
  }

  public double loss() {
    return loss / samples;
  }

  public double accuracy() {
    return right / (double) samples;
  }
}
