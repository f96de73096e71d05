package org.finetune4j.train.checkpoint;

import java.util.Objects;
import org.finetune4j.optimize.Loss;
import org.finetune4j.train.log.Measure;

/** Adds up loss and hits over the samples of an epoch. */
public final class EpochMeter {
  /**
   * What has been added up.
   *
   * @param loss of all samples together
   * @param right the measure of all samples together, for example how many were right
   * @param samples how many there were
   */
  public record Sums(double loss, double right, int samples) {
    public static final Sums NONE = new Sums(0, 0, 0);
  }

  private final Measure measure;
  private final int outputs;
  private final Loss lossOfRun;
  private double loss;
  private double right;
  private int samples;

  /**
   * @param measure what is right
   * @param outputs values that the network gives for a sample
   * @param loss of the run, which knows the deviations of numbers
   */
  public EpochMeter(Measure measure, int outputs, Loss loss) {
    this(
        Objects.requireNonNull(measure, "measure"),
        outputs,
        Objects.requireNonNull(loss, "loss"),
        Sums.NONE);
  }

  /** Goes on adding. */
  public EpochMeter(Measure measure, int outputs, Loss loss, Sums before) {
    this.measure = Objects.requireNonNull(measure, "measure");
    this.outputs = outputs;
    this.lossOfRun = Objects.requireNonNull(loss, "loss");
    this.loss = before.loss();
    this.right = before.right();
    this.samples = before.samples();
  }

  public Sums sums() {
    return new Sums(loss, right, samples);
  }

  /**
   * Adds samples whose loss is known.
   *
   * @param values what the network says, one row per sample
   * @param targets what is right, one row per sample
   */
  public void add(double meanLoss, float[] values, float[] targets) {
    Objects.requireNonNull(values, "values");
    int added = targets.length / outputs;
    loss += meanLoss * added;
    samples += added;
    right += measure.right(values, targets, outputs, lossOfRun);
  }

  /** Adds samples by their loss without smoothing, weights and penalties. */
  public void measure(float[] values, float[] targets) {
    Objects.requireNonNull(values, "values");
    add(
        measure.loss(values, targets, outputs, lossOfRun),
        values,
        Objects.requireNonNull(targets, "targets"));
  }

  /** Returns what was measured. */
  public Measure measure() {
    return measure;
  }

  public double loss() {
    return loss / samples;
  }

  public double accuracy() {
    return right / samples;
  }
}
